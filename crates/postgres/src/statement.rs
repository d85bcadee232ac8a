//! Statements that a test gives to the server itself.

use std::thread;
use std::time::Duration;

use tokio_postgres::{Config, Error, NoTls, SimpleQueryMessage};

/// How long statements may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs statements; the first column of the first row that they give.
pub(crate) fn run(config: Config, sql: &str) -> Result<Option<String>, Error> {
    // In a thread of its own: the test may be one that waits for nothing else.
    thread::scope(|scope| {
        let running = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let (client, connection) = config.connect(NoTls).await?;
                let connection = tokio::spawn(connection);
                let told = tokio::time::timeout(PATIENCE, client.simple_query(sql)).await;
                let told = told.expect("an answer in time");
                drop(client);
                let _ended = connection.await;
                Ok(told?.iter().find_map(|message| match message {
                    SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                    _ => None,
                }))
            })
        });
        running.join().expect("a statement that does not panic")
    })
}
