//! `ewcsim fetch`: downloads a file from a real server with the controller's client.

mod output;
mod password;
mod report;
mod sftp;
mod tftp;
mod url;
mod watch;

pub(super) use self::password::{NoPassword, VARIABLE, password};
use self::url::{Target, Url, without_password};
use super::{FetchArgs, complain, complain_with_help};
use crate::ending::Ending;

/// Fetches the file and prints the result.
pub(super) fn fetch(args: &FetchArgs) -> Ending {
    let url = match Url::parse(&args.url) {
        Ok(url) => url,
        Err(problem) => {
            let shown = without_password(&args.url);
            return complain_with_help(&format!("`{shown}`: {}", problem.message), problem.help);
        }
    };
    if matches!(url.target, Target::Sftp { .. }) && (args.blksize.is_some() || args.windowsize.is_some()) {
        return complain_with_help(
            "SFTP has neither blocks nor windows",
            "leave out `--blksize` and `--windowsize`",
        );
    }
    let server = match url.resolve() {
        Ok(server) => server,
        Err(error) => return complain(&format!("cannot resolve {}: {error}", url.host)),
    };
    match &url.target {
        Target::Tftp { file } => tftp::fetch(args, server, file),
        Target::Sftp { user, path } => sftp::fetch(args, server, user, path),
    }
}
