//! What every store has to do, as cases that any implementation can be run through.
//!
//! [`conformance_suite!`](crate::conformance_suite) stamps out a test for each case:
//!
//! ```ignore
//! async fn fresh() -> (Arc<dyn Ledger>, TempDir) { … }
//! store::conformance_suite!(fresh);
//! ```
//!
//! `fresh` gives an empty store, and whatever has to live as long as it. The cases use the ports
//! alone: nothing here knows SQLite.
#![expect(clippy::expect_used, reason = "a case fails by panicking")]
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

pub mod conflicts;
pub mod counters;
mod fixtures;
mod ledger_port;
pub mod privacy;
pub mod queries;
pub mod races;
pub mod records;

pub use ledger_port::Ledger;

/// Stamps out a test for each case of the suite, on the stores that the async function `$fresh`
/// gives.
#[macro_export]
macro_rules! conformance_suite {
    ($fresh:path) => {
        $crate::conformance_suite! { @cases $fresh;
            conflicts::a_certificate_never_changes
            conflicts::a_change_set_comes_once
            conflicts::a_name_is_given_once_in_its_account
            conflicts::a_refused_change_set_leaves_nothing
            conflicts::a_row_is_inserted_once
            conflicts::a_serial_number_of_an_issuer_comes_once
            conflicts::an_expectation_holds_or_the_commit_is_refused
            conflicts::only_the_version_that_was_read_is_removed
            conflicts::only_the_version_that_was_read_is_replaced
            counters::a_counter_stops_at_its_bound
            counters::a_refused_change_set_counts_nothing
            counters::as_many_win_at_once_as_the_bound_allows
            counters::every_addition_of_a_change_set_counts
            counters::what_is_given_back_can_be_used_again
            privacy::nothing_of_another_account_is_seen
            queries::accounts_and_users_come_oldest_first
            queries::authorities_are_found_by_subject
            queries::authority_keys_are_known_by_their_public_half
            queries::events_come_newest_first_page_by_page
            queries::expired_tokens_come_earliest_first
            queries::projects_are_filtered_and_paged
            queries::transactions_that_wait_are_found
            races::each_version_is_replaced_by_one_of_many
            races::no_child_appears_after_its_issuer_was_replaced
            races::neighbours_of_a_refused_change_set_become_true
            races::one_of_many_inserts_of_a_name_wins
            races::what_was_answered_is_read
            records::authorities_read_back_as_written
            records::credentials_read_back_as_written
            records::keys_companies_and_csrs_read_back_as_written
            records::owners_and_users_read_back_as_written
            records::rows_that_were_removed_are_gone
            records::transactions_read_back_as_written
        }
    };
    (@cases $fresh:path; $($module:ident::$case:ident)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $case() {
            let (ledger, _alive) = $fresh().await;

            $crate::conformance::$module::$case(ledger).await;
        }
    )+};
}
