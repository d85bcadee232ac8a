//! The enterprise profile.

use pki::company::{Company, ProfileOrigin};
use pki::{Companies, Error};

use crate::world::World;

fn example() -> Company {
    Company {
        country: "DE".to_owned(),
        province: "Hamburg".to_owned(),
        city: "Hamburg".to_owned(),
        name: "Example GmbH".to_owned(),
    }
}

#[tokio::test]
async fn a_profile_is_set_and_set_again() {
    let world = World::new();

    world.pki.set_company(&world.author, example()).await.unwrap();
    let other = Company { city: "Altona".to_owned(), ..example() };
    world.pki.set_company(&world.author, other.clone()).await.unwrap();

    let stored = world.store.company(world.author.account).await.unwrap().unwrap().value;
    assert_eq!((stored.company, stored.origin), (other, ProfileOrigin::Chosen));
    let events = world.store.events();
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| event.action == "set_company"));
}

#[tokio::test]
async fn half_a_profile_is_refused() {
    let world = World::new();
    let half = Company { city: String::new(), ..example() };

    let refused = world.pki.set_company(&world.author, half).await;

    assert!(matches!(refused, Err(Error::CompanyMissing(_))));
    assert!(world.store.events().is_empty());
}
