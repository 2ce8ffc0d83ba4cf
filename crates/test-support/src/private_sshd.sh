# A private sshd: run by `unshare --mount`, so that nothing of this is seen outside. Its accounts, home directories, PAM service,
# /run and /dev/log are those of the directory $1; the machine's stay as they are.
set -eu
here=$1
mount --make-rprivate /
mkdir -p "$here/dev"
mount -t tmpfs tmpfs "$here/dev"
for name in null zero random urandom tty; do
  : >"$here/dev/$name"
  mount --bind "/dev/$name" "$here/dev/$name"
done
: >"$here/dev/log"
mount --bind "$here/log" "$here/dev/log"
mount --bind "$here/home" /home
for name in passwd shadow group pam.d; do
  mount --bind "$here/$name" "/etc/$name"
done
mount -t tmpfs tmpfs /run
mkdir /run/sshd
mount --rbind "$here/dev" /dev
exec "$2" -D -f "$here/sshd_config"
