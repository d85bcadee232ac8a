//! One keep-alive connection, without a library's work around it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many octets an answer may have.
const ROOM: usize = 64 * 1024;

/// An open connection.
pub(crate) struct Connection {
    tcp: TcpStream,
    request: Vec<u8>,
    sent: Instant,
    room: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answered<'a> {
    /// Its status.
    pub(crate) status: u16,
    /// Its body.
    pub(crate) body: &'a [u8],
}

impl Answered<'_> {
    /// What it says, for an error.
    pub(crate) fn told(&self) -> String {
        let body = self.body.get(..self.body.len().min(100)).unwrap_or_default();
        format!("{} {}", self.status, String::from_utf8_lossy(body))
    }
}

impl Connection {
    /// Connects.
    pub(crate) fn open(address: SocketAddr) -> Result<Self, Failure> {
        let tcp = TcpStream::connect(address).and_then(|tcp| {
            tcp.set_nodelay(true)?;
            tcp.set_read_timeout(Some(PATIENCE))?;
            Ok(tcp)
        });
        let tcp = tcp.map_err(Failure::io("connecting"))?;
        Ok(Self { tcp, request: Vec::new(), sent: Instant::now(), room: vec![0; ROOM] })
    }

    /// Sends what `write` makes of the last request.
    pub(crate) fn send(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), Failure> {
        write(&mut self.request);
        self.sent = Instant::now();
        self.tcp.write_all(&self.request).map_err(Failure::io("sending"))
    }

    /// The answer, and how long it took.
    pub(crate) fn receive(&mut self) -> Result<(Answered<'_>, Duration), Failure> {
        let mut filled = 0;
        loop {
            let free = self.room.get_mut(filled..).unwrap_or_default();
            let read = self.tcp.read(free).map_err(Failure::io("receiving"))?;
            if read == 0 {
                let ended = io::Error::from(io::ErrorKind::UnexpectedEof);
                return Err(Failure::io("receiving")(ended));
            }
            filled += read;
            let took = self.sent.elapsed();
            let there = self.room.get(..filled).unwrap_or_default();
            if let Some((status, body)) = parse(there) {
                let body = self.room.get(body).unwrap_or_default();
                return Ok((Answered { status, body }, took));
            }
        }
    }
}

/// The status, and where the body is; `None` while something is missing. A body has a Content-Length
/// here.
fn parse(octets: &[u8]) -> Option<(u16, std::ops::Range<usize>)> {
    let head = find(octets, b"\r\n\r\n")?;
    let text = octets.get(..head)?;
    let status = std::str::from_utf8(text.get(9..12)?).ok()?.parse().ok()?;
    let length = content_length(text).unwrap_or(0);
    let body = head + 4..head + 4 + length;
    (octets.len() >= body.end).then_some((status, body))
}

fn content_length(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    head.split(|octet| *octet == b'\n')
        .filter_map(|line| line.split_at_checked(NAME.len()))
        .find(|(name, _)| name.eq_ignore_ascii_case(NAME))
        .and_then(|(_, value)| std::str::from_utf8(value).ok()?.trim().parse().ok())
}

fn find(octets: &[u8], wanted: &[u8]) -> Option<usize> {
    octets.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_there_once_its_whole_body_is() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";

        let (status, body) = parse(whole).unwrap();

        assert_eq!((status, &whole[body]), (200, &b"abc"[..]));
        for end in 0..whole.len() {
            assert_eq!(parse(&whole[..end]), None, "{end}");
        }
    }

    #[test]
    fn an_answer_without_a_length_has_no_body() {
        let (status, body) = parse(b"HTTP/1.1 304 Not Modified\r\n\r\n").unwrap();

        assert_eq!((status, body.len()), (304, 0));
    }
}
