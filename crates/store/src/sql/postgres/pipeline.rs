//! Statements that are sent together: one way there and back for all of them.

use std::pin::Pin;
use std::task::Poll;

use futures_util::TryStreamExt;
use futures_util::future::poll_fn;
use tokio_postgres::{Client, Row, Statement};

use super::encoded::Encoded;

/// One of the statements.
pub(crate) enum Step {
    /// Without parameters and rows.
    Run(&'static str),
    /// With the rows that it finds.
    Query(Statement, Vec<Encoded>),
    /// For how many rows it writes.
    Write(Statement, Vec<Encoded>),
}

/// What a statement has given.
#[derive(Debug)]
pub(crate) enum Given {
    /// Nothing, or a number of rows written.
    Done,
    /// Its rows.
    Rows(Vec<Row>),
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Given, tokio_postgres::Error>> + Send + 'a>>;

/// Sends all of them, then waits for what each gives. The first that fails is told, and what came after
/// it has failed too if they are of one transaction. Nothing is sent after one that cannot be sent: the
/// last may be a commit.
pub(super) async fn run(
    client: &Client,
    steps: Vec<Step>,
) -> Result<Vec<Given>, tokio_postgres::Error> {
    let mut answers: Vec<Answer<'_>> = steps.into_iter().map(|step| sent(client, step)).collect();
    // The first poll of each puts it on its way.
    let mut early: Vec<Option<Result<Given, tokio_postgres::Error>>> = Vec::new();
    poll_fn(|context| {
        for answer in &mut answers {
            early.push(match answer.as_mut().poll(context) {
                Poll::Ready(given) => Some(given),
                Poll::Pending => None,
            });
            if matches!(early.last(), Some(Some(Err(_)))) {
                break;
            }
        }
        Poll::Ready(())
    })
    .await;
    let mut all = Vec::with_capacity(answers.len());
    let mut failed = None;
    for (answer, early) in answers.into_iter().zip(early) {
        let given = match early {
            Some(given) => given,
            None => answer.await,
        };
        match given {
            Ok(given) => all.push(given),
            // All are waited for: the connection is in order afterwards.
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(all), Err)
}

fn sent(client: &Client, step: Step) -> Answer<'_> {
    Box::pin(async move {
        match step {
            Step::Run(sql) => client.batch_execute(sql).await.map(|()| Given::Done),
            Step::Query(statement, params) => {
                let rows = client.query_raw(&statement, params).await?;
                Ok(Given::Rows(rows.try_collect().await?))
            }
            Step::Write(statement, params) => {
                client.execute_raw(&statement, params).await.map(|_| Given::Done)
            }
        }
    })
}
