//! `GET /crl/{bucket}/{name}.crl` and `GET /ca/{ca_id}.cer` on the public listener.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use pki::crl::List;
use serde_json::json;
use testkit::{Answer, BUCKET, PUBLIC_URL, TestServer};
use x509::{Certificate, CrlDistributionPoints, ExtensionValue, RevocationList};

const PATH: &str = "/v1/private-certificate-authorities";

async fn fetch(server: &TestServer, path: &str, known: Option<&str>) -> Answer {
    let mut request = Request::builder().method(Method::GET).uri(path);
    if let Some(tag) = known {
        request = request.header("if-none-match", tag);
    }
    server.send_in_public(request.body(Body::empty()).unwrap()).await
}

async fn head(server: &TestServer, path: &str) -> Answer {
    let request = Request::builder().method(Method::HEAD).uri(path);
    server.send_in_public(request.body(Body::empty()).unwrap()).await
}

fn name(common_name: &str) -> serde_json::Value {
    json!({ "common_name": common_name, "country": "CN", "state": "S", "locality": "L",
            "organization": "O", "organizational_unit": "U" })
}

/// A root whose CRL is published as `root.crl`, and a subordinate below it.
async fn published(server: &TestServer) -> (String, String) {
    server.call(&server.owner.token, Method::POST, &format!("{PATH}/agencies"), None).await;
    let crl =
        json!({ "enabled": true, "crl_name": "root", "obs_bucket_name": BUCKET, "valid_days": 7 });
    let validity = json!({ "type": "YEAR", "value": 5 });
    let root = json!({ "type": "ROOT", "distinguished_name": name("Root"), "key_algorithm": "EC256",
                       "signature_algorithm": "SHA256", "validity": validity,
                       "crl_configuration": crl });
    let root = server.post(PATH, root).await.string("/ca_id");
    let sub = json!({ "type": "SUBORDINATE", "distinguished_name": name("Sub"),
                      "key_algorithm": "EC256", "signature_algorithm": "SHA256", "issuer_id": root,
                      "validity": { "type": "YEAR", "value": 1 } });
    let sub = server.post(PATH, sub).await.string("/ca_id");
    publish(server, &root).await;
    (root, sub)
}

/// Does what the server's job does on the complete CRL of an authority.
async fn publish(server: &TestServer, id: &str) {
    let list = List::complete(id.parse().unwrap());
    let lease = server.lease().await;
    server.pki.refresh_crl(list, &lease).await.unwrap().expect("a new CRL");
    server.pki.publish_crl(list, &lease).await.unwrap().expect("a published CRL");
}

async fn certificate(server: &TestServer, id: &str) -> Certificate {
    let path = format!("{PATH}/{id}/export");
    let exported = server.call(&server.owner.token, Method::POST, &path, None).await;
    Certificate::from_pem(&exported.string("/certificate")).unwrap()
}

#[tokio::test]
async fn what_a_certificate_names_is_there_and_tells_its_revocation() {
    let server = TestServer::start().await;
    let (root, sub) = published(&server).await;
    let below = certificate(&server, &sub).await;
    let points = below.extensions().iter().find(|e| e.oid == CrlDistributionPoints::OID).unwrap();
    let named = CrlDistributionPoints::from_der(&points.value).unwrap();
    assert_eq!(named, CrlDistributionPoints::at(format!("{PUBLIC_URL}/crl/{BUCKET}/root.crl")));

    let path = format!("{PATH}/{sub}/revoke");
    server.post(&path, json!({ "reason": "SUPERSEDED" })).await;
    publish(&server, &root).await;
    let answer = fetch(&server, &format!("/crl/{BUCKET}/root.crl"), None).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/pkix-crl");
    assert!(answer.headers.contains_key("x-request-id"));
    let crl = RevocationList::from_der(&answer.body).unwrap();
    assert_eq!(crl.revoked().len(), 1);
    assert_eq!(&crl.revoked()[0].serial, below.serial());
    crl.verify_signed_by(certificate(&server, &root).await.public_key().unwrap()).unwrap();
    assert_eq!(server.in_bucket("root.crl").as_deref(), Some(&answer.body[..]));
}

#[tokio::test]
async fn a_cache_learns_whether_what_it_has_is_good() {
    let server = TestServer::start().await;
    let (root, _) = published(&server).await;
    let path = format!("/crl/{BUCKET}/root.crl");
    let first = fetch(&server, &path, None).await;
    let tag = first.headers["etag"].to_str().unwrap();

    let same = fetch(&server, &path, Some(tag)).await;
    assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0));
    server.clock.advance(4 * 86_400);
    publish(&server, &root).await;
    let next = fetch(&server, &path, Some(tag)).await;

    assert_eq!(next.status, StatusCode::OK);
    assert_ne!(next.headers["etag"], first.headers["etag"]);
    assert_eq!(next.headers["cache-control"], "public, max-age=60");
    let only = head(&server, &path).await;
    assert_eq!(only.headers["content-length"], next.body.len().to_string().as_str());
    assert!(only.body.is_empty());
}

#[tokio::test]
async fn a_name_that_the_crl_had_before_is_served_on() {
    let server = TestServer::start().await;
    let (root, _) = published(&server).await;
    let path = format!("{PATH}/{root}/crl");
    server.call(&server.owner.token, Method::POST, &format!("{path}/disable"), None).await;
    let again = json!({ "crl_name": "new", "obs_bucket_name": BUCKET, "valid_days": 7 });
    server.post(&format!("{path}/enable"), again).await;
    server.clock.advance(60);
    publish(&server, &root).await;

    let old = fetch(&server, &format!("/crl/{BUCKET}/root.crl"), None).await;
    let new = fetch(&server, &format!("/crl/{BUCKET}/new.crl"), None).await;

    assert_eq!(old.status, StatusCode::OK);
    assert_eq!(old.body, new.body);
    assert_eq!(server.in_bucket("root.crl"), server.in_bucket("new.crl"));
}

#[tokio::test]
async fn a_bucket_that_is_ahead_of_the_database_is_not_set_back() {
    let server = TestServer::start().await;
    let (root, _) = published(&server).await;
    let path = format!("/crl/{BUCKET}/root.crl");
    let old = server.in_bucket("root.crl").unwrap();
    let list = List::complete(root.parse().unwrap());
    // What the bucket gets from a database that is lost afterwards.
    server.clock.advance(86_400);
    let ahead = RevocationList::from_der(&old).unwrap().number().unwrap().to_u64().unwrap() + 5;
    server.put_in_bucket("root.crl", &with_number(&old, ahead));

    assert_eq!(server.pki.compare_buckets().await.unwrap(), 1);
    let meanwhile = fetch(&server, &path, None).await;
    assert_eq!(meanwhile.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(server.pki.crls_due(10).await.unwrap().iter().any(|(due, _)| *due == list));
    publish(&server, &root).await;

    let answer = fetch(&server, &path, None).await;
    let number = RevocationList::from_der(&answer.body).unwrap().number().unwrap().to_u64();
    assert!(number.unwrap() > ahead, "{number:?} {ahead}");
    assert_eq!(server.in_bucket("root.crl").as_deref(), Some(&answer.body[..]));
}

/// The CRL with another number of as many octets; its signature is not looked at.
fn with_number(crl: &[u8], number: u64) -> Vec<u8> {
    let own = RevocationList::from_der(crl).unwrap().number().unwrap().to_u64().unwrap();
    let octets = |number: u64| x509::CrlNumber::from(number).to_der();
    let (from, to) = (octets(own), octets(number));
    let at = crl.windows(from.len()).position(|window| window == from).unwrap();
    [&crl[..at], &to, &crl[at + from.len()..]].concat()
}

#[tokio::test]
async fn an_issuers_certificate_is_served_as_der_also_when_it_is_gone() {
    let server = TestServer::start().await;
    let (root, _) = published(&server).await;
    let own = certificate(&server, &root).await;
    let path = format!("/ca/{root}.cer");

    let answer = fetch(&server, &path, None).await;
    assert_eq!((answer.status, &answer.body[..]), (StatusCode::OK, own.der()));
    assert_eq!(answer.headers["content-type"], "application/pkix-cert");

    let ca = format!("{PATH}/{root}");
    server.call(&server.owner.token, Method::POST, &format!("{ca}/disable"), None).await;
    let delete = format!("{ca}?pending_days=7");
    server.call(&server.owner.token, Method::DELETE, &delete, None).await;
    server.clock.advance(8 * 86_400);
    let lease = server.lease().await;
    server.pki.destroy_due_authorities(&lease).await.unwrap();
    assert_eq!(fetch(&server, &path, None).await.body, answer.body);
}

#[tokio::test]
async fn there_is_nothing_else() {
    let server = TestServer::start().await;
    published(&server).await;
    for path in [
        "/",
        "/crl",
        &format!("/crl/{BUCKET}/other.crl"),
        &format!("/crl/{BUCKET}/root"),
        &format!("/crl/{BUCKET}/root/0.crl"),
        &format!("/crl/{BUCKET}/root/+0.crl"),
        "/crl/other/root.crl",
        "/crl/..%2fx/root.crl",
        &format!("/crl/{BUCKET}%2froot.crl"),
        &format!("/crl/{BUCKET}/%2e%2e%2froot.crl"),
        &format!("/crl/{BUCKET}/%ff.crl"),
        &format!("/crl/{BUCKET}/root/%ff.crl"),
        &format!("/crl//{BUCKET}/root.crl"),
        "/ca/%ff.cer",
        "/ca/x.cer",
        "/ca/4c0e772e-a30c-4029-b929-b7acb04143f7.cer",
        PATH,
        "/healthz",
    ] {
        let answer = fetch(&server, path, None).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NOT_FOUND, 0), "{path}");
        assert!(answer.headers.contains_key("x-request-id"), "{path}");
    }
}
