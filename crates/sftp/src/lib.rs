//! SFTP version 3 (draft-ietf-secsh-filexfer-02): packets. No I/O.
