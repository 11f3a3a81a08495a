// SPDX-License-Identifier: Apache-2.0

//! Asks the kernelgate agent whether a kernel may boot. Needs nothing but the standard library.
//!
//! usage: ask IMAGE [SOCKET [SERVER_UID]]
//!
//! Exit status: 0 boot the printed digest, 1 rejected, anything else: do not boot either.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

const ANSWER_MAX: usize = 65536;

extern "C" {
    fn getsockopt(fd: i32, level: i32, name: i32, value: *mut Credentials, size: *mut u32) -> i32;
}

/// `struct ucred` of unix(7).
#[repr(C)]
#[derive(Default)]
struct Credentials {
    pid: i32,
    uid: u32,
    gid: u32,
}

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// The user of whoever listens, as the kernel knows it. The standard library cannot tell yet.
fn server_uid(agent: &UnixStream) -> Result<u32> {
    const SOL_SOCKET: i32 = 1;
    const SO_PEERCRED: i32 = 17;
    let mut server = Credentials::default();
    let mut size = std::mem::size_of::<Credentials>() as u32;
    // SAFETY: value and size describe a live `struct ucred`, and the descriptor is open.
    match unsafe {
        getsockopt(
            agent.as_raw_fd(),
            SOL_SOCKET,
            SO_PEERCRED,
            &mut server,
            &mut size,
        )
    } {
        0 => Ok(server.uid),
        _ => Err(Error::last_os_error()),
    }
}

/// The printable ASCII text as a JSON string.
fn quote(text: &str) -> Result<String> {
    if !text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Err(broken("a reference is printable ASCII"));
    }
    Ok(format!(
        "\"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"")
    ))
}

/// Reads until the agent closes, within the deadline and the limit.
fn receive(agent: &mut UnixStream, deadline: Instant) -> Result<Vec<u8>> {
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        agent.set_read_timeout(Some(left))?;
        match agent.read(&mut buffer)? {
            0 => return Ok(answer),
            n => answer.extend_from_slice(&buffer[..n]),
        }
        if answer.len() > ANSWER_MAX {
            return Err(broken("the answer is too long"));
        }
    }
}

/// The value of a field that is there exactly once, else "".
fn only<'a>(head: &'a str, field: &str) -> &'a str {
    let mut values = head
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case(field))
        .map(|(_, value)| value.trim());
    match (values.next(), values.next()) {
        (Some(value), None) => value,
        _ => "",
    }
}

fn ask(image: &str, path: &str, uid: u32) -> Result<i32> {
    let deadline = Instant::now() + Duration::from_secs(2);
    let mut agent = UnixStream::connect(path)?;
    if server_uid(&agent)? != uid {
        return Err(broken("the server is run by another user"));
    }
    let body = format!("{{\"image\":{},\"deadlineMillis\":1800}}", quote(image)?);
    agent.set_write_timeout(Some(Duration::from_secs(1)))?;
    write!(
        agent,
        "POST /v1/decide HTTP/1.1\r\nHost: kernelgate\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let answer = receive(&mut agent, deadline)?;
    let answer = std::str::from_utf8(&answer).map_err(|_| broken("the answer is not UTF-8"))?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or_else(|| broken("no answer"))?;
    if only(head, "Content-Length").parse() != Ok(body.len()) {
        return Err(broken("the answer broke off"));
    }
    let boot = only(head, "Kernelgate-Boot");
    let verdict = only(head, "Kernelgate-Verdict");
    let digest = only(head, "Kernelgate-Digest");
    match (head.get(..13).unwrap_or_default(), boot, verdict) {
        ("HTTP/1.1 200 ", "true", "trusted") if !digest.is_empty() => {}
        ("HTTP/1.1 200 ", "true", "rejected" | "undetermined") => {} // audit mode
        ("HTTP/1.1 403 ", "false", "rejected") => return Ok(1),
        _ => return Ok(2),
    }
    println!("{digest}");
    Ok(0)
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let argument = |i: usize| arguments.get(i).map(String::as_str);
    let uid = argument(3).unwrap_or("0").parse();
    let (Some(image), Ok(uid)) = (argument(1), uid) else {
        eprintln!("usage: ask IMAGE [SOCKET [SERVER_UID]]");
        std::process::exit(64);
    };
    let path = argument(2).unwrap_or("/run/kernelgate/kernelgate.sock");
    let status = ask(image, path, uid).unwrap_or_else(|error| {
        eprintln!("do not boot: {error}");
        2
    });
    std::process::exit(status);
}
