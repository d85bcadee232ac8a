//! Databases in a cluster, one for each test.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Cluster;

/// A database that nobody else uses, until it is dropped.
pub struct TestDatabase {
    cluster: Arc<Cluster>,
    name: String,
    /// What it is a copy of.
    template: Option<String>,
}

/// The databases that are there to be copied, and their copies that nobody uses.
#[derive(Default)]
pub(crate) struct Templates(Mutex<HashMap<String, Template>>);

/// A database that is there to be copied.
#[derive(Default)]
struct Template {
    /// What brings a copy back into the template's state; `None` while it is not made, or could not be.
    cleaning: Option<String>,
    /// Copies that nobody uses, clean.
    free: Vec<String>,
}

static NEXT: AtomicU32 = AtomicU32::new(1);

/// The tables that have rows, as literals.
const FILLED: &str = "
    CREATE FUNCTION pg_temp.filled() RETURNS TEXT LANGUAGE plpgsql AS $$
    DECLARE
        name TEXT;
        has_rows BOOLEAN;
        names TEXT[] := '{}';
    BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO has_rows;
            IF has_rows THEN
                names := names || quote_literal(name);
            END IF;
        END LOOP;
        RETURN coalesce(nullif(array_to_string(names, ', '), ''), 'NULL');
    END $$;
    SELECT pg_temp.filled()";

impl TestDatabase {
    /// An empty one.
    pub fn new(cluster: &Arc<Cluster>) -> Self {
        let name = create(cluster, "template0");
        Self { cluster: Arc::clone(cluster), name, template: None }
    }

    /// A copy of the database `template`. The first one who asks for it makes it: `prepare` is given the
    /// URL of an empty one, and leaves no connection to it open. Copies are used again: rows go from
    /// every table but those that have some in the template, which are left as they are.
    pub fn like(cluster: &Arc<Cluster>, template: &str, prepare: impl FnOnce(&str)) -> Self {
        let mut templates = cluster.templates.lock();
        if !templates.contains_key(template) {
            templates.insert(template.to_owned(), Template::default());
            cluster.run(&format!("CREATE DATABASE {template} TEMPLATE template0"));
            prepare(&cluster.url(template));
            let filled = cluster.run_in(template, FILLED).expect("a list of tables");
            let made = Template { cleaning: Some(cleaning(&filled)), free: Vec::new() };
            templates.insert(template.to_owned(), made);
        }
        let made = templates.get_mut(template).filter(|made| made.cleaning.is_some());
        let free = made.expect("the template could be made").free.pop();
        drop(templates);
        let name = free.unwrap_or_else(|| create(cluster, template));
        Self { cluster: Arc::clone(cluster), name, template: Some(template.to_owned()) }
    }

    /// Its URL, over the socket.
    pub fn url(&self) -> String {
        self.cluster.url(&self.name)
    }

    /// Its URL, over TCP with a password.
    pub fn tcp_url(&self) -> String {
        self.cluster.tcp_url(&self.name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its cluster.
    pub fn cluster(&self) -> &Arc<Cluster> {
        &self.cluster
    }

    /// Runs statements in it; the first column of the first row that they give.
    pub fn run(&self, sql: &str) -> Option<String> {
        self.cluster.run_in(&self.name, sql)
    }

    /// Makes it as it was and leaves it to others; whether that worked.
    fn give_back(&self) -> bool {
        let Some(template) = &self.template else { return false };
        let cleaning = self.cluster.templates.lock().get(template).and_then(|t| t.cleaning.clone());
        let Some(cleaning) = cleaning else { return false };
        if self.cluster.try_run(&self.name, &cleaning).is_err() {
            return false;
        }
        if let Some(template) = self.cluster.templates.lock().get_mut(template) {
            template.free.push(self.name.clone());
        }
        true
    }
}

impl Templates {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Template>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn create(cluster: &Cluster, template: &str) -> String {
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    cluster.run(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
    name
}

/// Cuts everybody off and removes the rows of every table but the `filled` ones. Nothing is checked
/// and nothing is triggered by it.
fn cleaning(filled: &str) -> String {
    format!(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid();
         SET session_replication_role = replica;
         DO $$
         DECLARE name text;
         BEGIN
             FOR name IN SELECT tablename FROM pg_tables
                 WHERE schemaname = 'public' AND tablename NOT IN ({filled}) LOOP
                 EXECUTE format('DELETE FROM %I', name);
             END LOOP;
         END $$"
    )
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // A cluster that is down, or has gone with its databases, is no reason for a second panic.
        if !self.give_back() {
            let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            let _down = self.cluster.try_run("postgres", &sql);
        }
    }
}
