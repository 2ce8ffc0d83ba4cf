//! Debian's chromium without a window, driven over a pipe by the Chrome DevTools Protocol. It needs no port and no other program.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// `--remote-debugging-pipe` reads commands from descriptor 3 and writes to 4: a shell puts ours there. What chromium logs goes to
/// the file of its standard error.
const START: &str = "exec chromium \"$@\" 3<&0 4>&1 0</dev/null 1>&2";

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    directory: PathBuf,
    last: u64,
    session: Option<String>,
    /// Events that were not waited for yet.
    events: Vec<Value>,
    /// What the console, the log and the network had since the last [`Browser::noticed`].
    noticed: Vec<String>,
}

impl Browser {
    /// Starts a browser. `name` is that of the test.
    pub(crate) fn start(name: &str) -> Self {
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{name}"));
        // Of a run that was killed.
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).expect("a directory can be made");
        let log = File::create(directory.join("log")).expect("a file can be made");
        let mut child = Command::new("sh")
            .args(["-c", START, "chromium", "--headless", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", directory.join("profile").display()))
            // Its sandbox refuses root. It shows nothing but our pages, and no host has an address.
            .args(["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"])
            .args(["--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("there is a shell");
        let commands = child.stdin.take().expect("it is piped");
        let answers = BufReader::new(child.stdout.take().expect("it is piped"));
        let (events, noticed) = (Vec::new(), Vec::new());
        let mut browser =
            Self { child, commands, answers, directory, last: 0, session: None, events, noticed };
        let page = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached =
            browser.call("Target.attachToTarget", json!({ "targetId": page["targetId"], "flatten": true }));
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Opens a page on a screen of a width, in light or dark colours.
    pub(crate) fn open(&mut self, html: &str, width: u32, scheme: &str) {
        let file = self.directory.join("page.html");
        std::fs::write(&file, html).expect("a file can be written");
        let screen = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.call("Emulation.setDeviceMetricsOverride", screen);
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", scheme);
        self.call("Page.navigate", json!({ "url": format!("file://{}", file.display()) }));
        self.wait_for("Page.loadEventFired");
    }

    /// Returns the value of an expression of JavaScript in the page, after the promise if it is one.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let result = self.call("Runtime.evaluate", asked);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// Types text where the focus is.
    pub(crate) fn types(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Presses Enter where the focus is.
    pub(crate) fn press_enter(&mut self) {
        for kind in ["keyDown", "keyUp"] {
            let key = json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r" });
            self.call("Input.dispatchKeyEvent", key);
        }
    }

    /// Returns what was noticed since the last time: lines of the console and of the log, errors of scripts, and requests, apart from
    /// those for the page itself.
    pub(crate) fn noticed(&mut self) -> Vec<String> {
        // Events come in the order in which they happen: those before this answer are in.
        self.value("1");
        std::mem::take(&mut self.noticed)
    }

    /// Calls a method and returns its result.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let sent = self.commands.write_all(format!("{message}\0").as_bytes());
        if sent.and_then(|()| self.commands.flush()).is_err() {
            self.died();
        }
        loop {
            let answer = self.receive();
            if answer["id"] == self.last {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    fn wait_for(&mut self, event: &str) {
        loop {
            if let Some(index) = self.events.iter().position(|known| known["method"] == event) {
                self.events.remove(index);
                return;
            }
            self.receive();
        }
    }

    fn receive(&mut self) -> Value {
        let mut bytes = Vec::new();
        if !matches!(self.answers.read_until(0, &mut bytes), Ok(1..)) {
            self.died();
        }
        let message: Value =
            serde_json::from_slice(bytes.strip_suffix(b"\0").unwrap_or(&bytes)).expect("it is JSON");
        let params = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                let url = params["request"]["url"].as_str().unwrap_or_default();
                if !url.starts_with(&format!("file://{}", self.directory.display())) {
                    self.noticed.push(format!("a request for {url}"));
                }
            }
            "Log.entryAdded" => self.noticed.push(format!("log: {}", params["entry"]["text"])),
            "Runtime.consoleAPICalled" => self.noticed.push(format!("console: {}", params["args"])),
            "Runtime.exceptionThrown" => {
                self.noticed.push(format!("exception: {}", params["exceptionDetails"]))
            }
            "" => {}
            _ => self.events.push(message.clone()),
        }
        message
    }

    fn died(&mut self) -> ! {
        let log = std::fs::read_to_string(self.directory.join("log")).unwrap_or_default();
        panic!("chromium does not run: run ci/setup, or install the package `chromium`\n{log}")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends when nobody listens, and by this at the latest.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
