//! The counters of the quotas: whatever happens, in whichever order, they say what is there.

use std::time::Duration;

use ledger::{CaId, Counter, CsrId, Quota, Table};
use pki::authority::Plan;
use pki::company::Company;
use pki::crl::{CrlAddress, CrlConfiguration};
use pki::csr::{NewCsr, UploadedCsr, Usage};
use pki::workspace::{
    NewWorkspaceAuthority, TransactionId, TransactionState, WorkspaceImport, WorkspaceRequest,
};
use pki::{Page, Settings, WorkspaceTransactions};
use proptest::prelude::*;
use x509::{CertificationRequest, HashAlgorithm, KeyAlgorithm, LineEnding};

use crate::memory::Fault;
use crate::outside::{Outside, Wish};
use crate::world::{World, subject, years};

const ALL: Page = Page { limit: 1000, offset: 0 };
/// How many requests and authorities the account may have.
const MOST: u32 = 4;
/// The transactions that are worked with.
const TRANSACTIONS: usize = 5;

#[derive(Clone, Debug)]
enum Op {
    CreateAuthority,
    CreateCsr,
    CreateWorkspace,
    DeleteAuthority(usize),
    DeleteCsr(usize),
    DeleteWorkspace(usize),
    Drop(usize),
    /// The next commit meets this.
    Fault(u8),
    Import(usize),
    Move(i64),
    Request(usize),
    Sweep,
    Upload,
}

fn op() -> impl Strategy<Value = Op> {
    let which = 0..TRANSACTIONS;
    let of_the_account = prop_oneof![
        1 => Just(Op::CreateAuthority),
        1 => which.clone().prop_map(Op::DeleteAuthority),
        2 => Just(Op::CreateCsr),
        2 => which.clone().prop_map(Op::DeleteCsr),
        1 => Just(Op::Upload),
    ];
    let of_the_project = prop_oneof![
        1 => Just(Op::CreateWorkspace),
        2 => which.clone().prop_map(Op::DeleteWorkspace),
        1 => which.clone().prop_map(Op::Drop),
        2 => which.clone().prop_map(Op::Import),
        4 => which.prop_map(Op::Request),
        1 => Just(Op::Sweep),
    ];
    let of_nobody = prop_oneof![
        (0_u8..3).prop_map(Op::Fault),
        // Hours, backwards too.
        (-100_i64..200).prop_map(Op::Move),
    ];
    prop_oneof![2 => of_the_account, 3 => of_the_project, 1 => of_nobody]
}

#[derive(Default)]
struct Made {
    authorities: Vec<CaId>,
    csrs: Vec<CsrId>,
}

fn transaction(number: usize) -> TransactionId {
    format!("t{number}").parse().unwrap()
}

fn picked<T: Copy>(from: &[T], which: usize) -> Option<T> {
    from.get(which % from.len().max(1)).copied()
}

async fn apply(world: &World, made: &mut Made, op: &Op) {
    let (pki, author, project) = (&world.pki, &world.author, world.project);
    match *op {
        Op::CreateAuthority => {
            let created = world.create("Waiting", Plan::Pending { key_usage: None }).await;
            made.authorities.extend(created);
        }
        Op::DeleteAuthority(which) => {
            let Some(id) = picked(&made.authorities, which) else { return };
            let days = pki::authority::PendingDays::default();
            drop(pki.delete_authority(author, id, days).await);
        }
        Op::CreateCsr => {
            let new = NewCsr {
                name: "a".to_owned(),
                domain_name: "a.example".to_owned(),
                sans: String::new(),
                algorithm: KeyAlgorithm::EcP256,
                usage: Usage::Personal,
                company: Company::default(),
            };
            made.csrs.extend(pki.create_csr(author, new).await.map(|csr| csr.id));
        }
        Op::Upload => {
            let Some(id) = made.csrs.first() else { return };
            let Ok(csr) = pki.csr(author.account, *id).await else { return };
            let uploaded =
                UploadedCsr { name: "b".to_owned(), request: csr.request, private_key: None };
            made.csrs.extend(pki.upload_csr(author, uploaded).await.map(|csr| csr.id));
        }
        Op::DeleteCsr(which) => {
            let Some(id) = picked(&made.csrs, which) else { return };
            drop(pki.delete_csr(author, id).await);
        }
        Op::CreateWorkspace => {
            let new = NewWorkspaceAuthority {
                subject: subject("Desktop root"),
                key_algorithm: KeyAlgorithm::EcP256,
                hash: HashAlgorithm::Sha256,
                validity: years(10),
                crl: CrlConfiguration { enabled: true, address: CrlAddress::System, valid_days: 7 },
            };
            drop(pki.create_workspace_authority(author, project, new).await);
        }
        Op::DeleteWorkspace(which) => {
            let listed = pki.workspace_authorities(author.account, project, ALL).await.unwrap();
            let ids: Vec<CaId> = listed.iter().map(|found| found.authority.id).collect();
            let Some(id) = picked(&ids, which) else { return };
            drop(pki.delete_workspace_authority(author, project, id).await);
        }
        Op::Request(which) => drop(pki.workspace_request(author, project, asked(which)).await),
        Op::Import(which) => import(world, which).await,
        Op::Drop(which) => {
            drop(pki.delete_workspace_request(author, project, &transaction(which)).await);
        }
        Op::Sweep => drop(pki.expire_workspace_requests(&world.lease()).await),
        Op::Move(hours) => {
            let by = Duration::from_secs(hours.unsigned_abs() * 3600);
            if hours < 0 { world.set_back(by) } else { world.advance(by) }
        }
        Op::Fault(fault) => {
            let fault = match fault {
                0 => Fault::Conflict,
                1 => Fault::UnknownDone,
                _ => Fault::UnknownLost,
            };
            world.store.fail_next(vec![fault]);
        }
    }
}

fn asked(which: usize) -> WorkspaceRequest {
    WorkspaceRequest {
        transaction: transaction(which),
        subject: subject("Desktop CA"),
        key_algorithm: KeyAlgorithm::EcP256,
        hash: HashAlgorithm::Sha256,
    }
}

/// Has the request of a transaction signed by somebody else, and imports that.
async fn import(world: &World, which: usize) {
    let id = transaction(which);
    let found = world.store.transaction(world.project, &id).await.unwrap();
    let Some(waiting) = found.filter(|found| found.value.state == TransactionState::Pending) else {
        return;
    };
    let request = CertificationRequest::from_der(&waiting.value.request).unwrap();
    let root = Outside::root("Outer root", world.now());
    let wish = Wish::good(request.subject().clone(), request.public_key(), world.now());
    let pem = root.issue(&wish).to_pem(LineEnding::Lf) + &root.certificate.to_pem(LineEnding::Lf);
    let import = WorkspaceImport {
        transaction: id,
        subject: subject("Desktop CA"),
        key_algorithm: KeyAlgorithm::EcP256,
        pem,
        crl: None,
    };
    drop(world.pki.import_workspace_authority(&world.author, world.project, import).await);
}

/// Compares the counters with the rows.
async fn compare(world: &World) {
    let (account, store) = (world.author.account, &world.store);
    let of = |quota| store.used(&Counter::of_account(quota, account));
    let count = |length: usize| i64::try_from(length).unwrap();

    let csrs = store.rows(Table::Csrs);
    assert_eq!(of(Quota::Csrs), count(csrs));
    assert!(csrs <= MOST as usize);
    let listed = world.pki.workspace_authorities(account, world.project, ALL).await.unwrap().len();
    let authorities = store.rows(Table::Authorities) - listed;
    assert_eq!(of(Quota::Authorities), count(authorities));
    assert!(authorities <= MOST as usize);
    let waiting = store.pending_transactions(world.project).await.unwrap().len();
    let of_project = Counter::of_project(Quota::WorkspaceAuthorities, world.project);
    assert_eq!(store.used(&of_project), count(listed + waiting));
    assert!(listed + waiting <= 3);
    // Nobody's key is left behind, and nobody is without.
    let uploaded = world.pki.csrs(account, &Default::default(), ALL).await.unwrap().entries;
    let uploaded = uploaded.iter().filter(|csr| csr.key.is_none()).count();
    assert_eq!(store.rows(Table::Keys), csrs - uploaded + authorities + listed + waiting);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn counters_say_what_is_there(ops in prop::collection::vec(op(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = World::with(Settings {
                authority_quota: Some(MOST),
                csr_quota: Some(MOST),
                ..Settings::default()
            });
            let mut made = Made::default();
            for op in &ops {
                apply(&world, &mut made, op).await;
                compare(&world).await;
            }
        });
    }
}
