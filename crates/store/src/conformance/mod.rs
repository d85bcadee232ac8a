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

pub mod certificates;
pub mod conflicts;
pub mod counters;
pub mod credentials;
pub mod crls;
pub mod directory;
pub(crate) mod fixtures;
pub mod leases;
mod ledger_port;
pub mod lifecycle;
pub mod nodes;
pub mod privacy;
pub mod publications;
pub mod queries;
pub mod races;
pub mod records;
pub mod responders;
pub mod workspace;

pub use ledger_port::Ledger;

/// Stamps out a test for each case of the suite, on the stores that the async function `$fresh`
/// gives.
#[macro_export]
macro_rules! conformance_suite {
    ($fresh:path) => {
        $crate::conformance_suite! { @cases $fresh;
            certificates::authorities_are_found_by_their_tags
            certificates::certificates_are_found_by_their_tags
            certificates::certificates_are_filtered_by_what_is_true_at_the_time
            certificates::certificates_are_sorted_and_cut
            certificates::tags_of_certificates_come_once_and_go_with_the_last
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
            crls::a_body_is_forgotten_some_time_after_its_head_left_it
            crls::a_list_tells_what_was_revoked_when_it_was_asked
            crls::a_shard_tells_its_own_alone
            crls::configurations_read_back_and_outlive_their_authority
            crls::heads_read_back_as_written
            crls::lists_are_due_when_something_is_to_be_told
            directory::a_user_goes_with_its_credentials
            directory::groups_and_members_read_back_as_written
            directory::lists_of_the_directory_are_filtered_and_paged
            directory::names_of_groups_and_policies_are_given_once
            directory::policies_reach_users_directly_and_through_groups
            directory::policies_read_back_with_their_versions
            directory::what_is_referred_to_is_not_removed
            leases::a_failure_is_kept_until_the_work_is_done
            leases::a_fence_refuses_who_was_paused
            leases::a_renewed_lease_lasts_under_the_same_fence
            leases::one_of_many_takes_work_up
            leases::what_is_given_back_waits_until_it_is_due
            leases::what_is_put_off_for_longer_than_it_rests_is_due
            lifecycle::lists_are_filtered_by_what_is_true_at_the_time
            lifecycle::lists_are_sorted_and_cut
            lifecycle::phases_and_tags_read_back_as_written
            lifecycle::revocations_come_once_in_the_order_of_their_serial_numbers
            lifecycle::tags_of_an_account_come_once_and_go_with_their_authority
            lifecycle::what_is_gone_is_due_and_not_in_use
            credentials::a_rehash_changes_no_version_and_holds_for_the_user_that_was_read
            credentials::a_rehash_is_in_nobodys_way
            credentials::a_slot_is_given_once_to_a_user
            credentials::access_keys_of_a_user_come_oldest_first
            credentials::expired_temporary_keys_come_earliest_first
            credentials::temporary_keys_go_with_their_token
            credentials::temporary_keys_read_back_with_their_token
            privacy::nothing_of_another_account_is_seen
            publications::a_place_of_a_crl_is_taken_once_for_ever
            publications::an_account_has_one_agency
            queries::accounts_and_users_come_oldest_first
            queries::authorities_are_found_by_subject
            queries::authority_keys_are_known_by_their_public_half
            queries::events_come_newest_first_page_by_page
            queries::expired_tokens_come_earliest_first
            queries::keys_of_authorities_elsewhere_are_known
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
            responders::nobody_answers_for_an_authority_that_is_not_there
            responders::responders_read_back_as_written
            responders::responders_that_are_due_come_in_the_order_of_their_time
            responders::the_standing_of_a_serial_number_outlives_its_certificate
            workspace::a_transaction_is_replaced_by_another_request
            workspace::authorities_of_a_project_come_newest_first
            workspace::csrs_are_filtered_and_paged_newest_first
            workspace::transactions_that_waited_longest_are_found
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
