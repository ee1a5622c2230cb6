//! How well the learned limits do against servers of each kind, as a table. Not run with the
//! others: `SEEDS=20 cargo test --test simulation limit_table -- --ignored --nocapture` prints it.
//! `ROWS=Bucket` prints the rows of that name alone.
//!
//! Each row says, in the median and in the worst of the seeds, which share of what is possible the
//! calls made of the server: of the time of a client that knows that refusals come by chance and
//! obeys the waits that they name, of the limit, or of the best of several fixed levels of a plain
//! client; which share of the calls was refused, and which after the first quarter of the answers;
//! and how many were lost.

use std::cell::RefCell;
use std::rc::Rc;

use parallelization_agent::json::json;
use parallelization_agent::platform::sim::Exchange;

use crate::limited_server::{HINTS, Hint, Limit, SEED, Server};
use crate::witnesses::{obedient, plain, run};

/// `'auto'` asks no more at once.
const MOST_AT_ONCE: usize = 256;

struct Row {
    limit: Limit,
    latency_ms: f64,
    agents: usize,
    calls: usize,
}

const fn row(limit: Limit, latency_ms: f64, agents: usize, calls: usize) -> Row {
    Row { limit, latency_ms, agents, calls }
}

const fn bucket(per_second: f64) -> Limit {
    Limit::Bucket { holds: per_second, per_second }
}

#[test]
#[ignore = "prints a table"]
fn of_each_kind() {
    let mut rows = Vec::new();
    for share in [0.01, 0.05, 0.12, 0.3] {
        rows.extend([
            row(Limit::Chance(share), 100.0, 1, 5_000),
            row(Limit::Chance(share), 1_000.0, 1, 2_000),
        ]);
    }
    rows.extend([4, 16, 64].map(|slots| row(Limit::AtOnce(slots), 1_000.0, 1, slots * 60)));
    rows.extend([4, 20].map(|slots| row(Limit::AtOnce(slots), 30.0, 1, slots * 150)));
    rows.extend([1.0, 10.0, 50.0].map(|rate| row(bucket(rate), 1_000.0, 1, (rate * 120.0) as usize)));
    rows.extend([1.0, 10.0].map(|rate| row(bucket(rate), 1_000.0, 4, (rate * 300.0) as usize)));
    for minute in [60, 600] {
        rows.extend(
            [Limit::Sliding(minute), Limit::Fixed(minute)].map(|limit| row(limit, 1_000.0, 1, minute * 5)),
        );
    }
    rows.push(row(Limit::Tokens(300_000.0), 1_000.0, 1, 1_500));
    for (ms, status) in [(500.0, 500), (500.0, 503), (3_000.0, 500), (3_000.0, 503)] {
        rows.push(row(Limit::Outage { ms, status }, 50.0, 1, 3_000));
    }
    print(&rows);
}

/// Nothing in the limits was chosen by these.
#[test]
#[ignore = "prints a table"]
fn of_other_latencies() {
    for latency_ms in [50.0, 5_000.0] {
        let chance = |share| row(Limit::Chance(share), latency_ms, 1, 3_000);
        print(&[
            chance(0.03),
            chance(0.08),
            chance(0.2),
            row(Limit::AtOnce(10), latency_ms, 1, 3_000),
            row(Limit::AtOnce(100), latency_ms, 1, 3_000),
            row(bucket(5.0), latency_ms, 1, 3_000),
            row(bucket(2.0), latency_ms, 4, 1_200),
            row(Limit::Sliding(300), latency_ms, 1, 3_000),
            row(Limit::Fixed(300), latency_ms, 2, 3_000),
        ]);
    }
}

/// Of twenty minutes: what is learned of a limit has to last.
#[test]
#[ignore = "prints a table"]
fn of_long_runs() {
    print(&[
        row(bucket(1.0), 1_000.0, 1, 1_200),
        row(bucket(2.0), 1_000.0, 1, 2_400),
        row(bucket(3.0), 1_000.0, 1, 3_600),
        row(bucket(10.0), 1_000.0, 1, 12_000),
        row(Limit::Sliding(60), 1_000.0, 1, 1_200),
        row(Limit::Sliding(600), 1_000.0, 1, 12_000),
        row(Limit::Sliding(600), 5_000.0, 1, 12_000),
        row(Limit::Fixed(60), 1_000.0, 1, 1_200),
        row(Limit::Fixed(600), 1_000.0, 1, 12_000),
        row(Limit::Tokens(300_000.0), 1_000.0, 1, 6_000),
    ]);
}

/// Of buckets that hold few calls.
#[test]
#[ignore = "prints a table"]
fn of_short_bursts() {
    for latency_ms in [200.0, 2_000.0] {
        for holds in [1.0, 2.0, 3.0, 4.0, 8.0] {
            print(&[0.5, 1.0, 2.0, 5.0, 20.0].map(|per_second| {
                row(Limit::Bucket { holds, per_second }, latency_ms, 1, (per_second * 900.0) as usize)
            }));
        }
    }
}

/// Of a few calls a minute.
#[test]
#[ignore = "prints a table"]
fn of_slow_limits() {
    for latency_ms in [1_000.0, 5_000.0] {
        for holds in [1.0, 3.0] {
            print(&[row(Limit::Bucket { holds, per_second: 0.05 }, latency_ms, 1, 60)]);
        }
        for minute in [1, 3, 5, 10, 20] {
            print(
                &[Limit::Sliding(minute), Limit::Fixed(minute)]
                    .map(|limit| row(limit, latency_ms, 1, minute * 20)),
            );
        }
    }
}

fn print(rows: &[Row]) {
    println!("{:44} {:>5} agents |  share worst refused later lost, for each of {HINTS:?}", "", "ms");
    let name = std::env::var("ROWS").unwrap_or_default();
    for row in rows.iter().filter(|row| format!("{:?} {}", row.limit, row.latency_ms).contains(&name)) {
        let cells = HINTS.map(|hint| cell(row, hint));
        println!(
            "{:44} {:5} {:6} | {}",
            format!("{:?}", row.limit),
            row.latency_ms,
            row.agents,
            cells.join(" | ")
        );
    }
}

fn cell(row: &Row, hint: Hint) -> String {
    let seeds = std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(5);
    let best_ms = best_ms(row, hint);
    let (mut shares, mut refused, mut later, mut lost) = (Vec::new(), 0.0, 0.0, 0);
    for seed in 1..=seeds {
        let server = server(row, row.limit, hint, seed);
        let world = Server::world(&server, seed);
        let outcome = run(&world, row.agents, row.calls / row.agents, &json!({}));
        let log = world.log();
        shares.push(match row.limit {
            // What is left when one of them is done, the others share anew.
            Limit::Bucket { per_second, .. } if row.agents > 1 => {
                let done = log.iter().filter(|exchange| is_done(exchange, outcome.first_ms)).count();
                done as f64 / (outcome.first_ms * per_second / 1_000.0)
            }
            _ => best_ms / outcome.ms,
        });
        refused += refused_share(&log, 0);
        later += refused_share(&log, row.calls / 4);
        lost += outcome.lost;
    }
    shares.sort_by(f64::total_cmp);
    let [refused, later] = [refused, later].map(|sum| sum / seeds as f64 * 100.0);
    format!("{:5.2} {:5.2} {refused:5.1} % {later:5.1} % {lost:3}", shares[shares.len() / 2], shares[0])
}

/// Where answers come soon, refusals come sooner.
fn server(row: &Row, limit: Limit, hint: Hint, seed: u64) -> Rc<RefCell<Server>> {
    let server = Server::seeded(limit, hint, row.latency_ms, seed);
    if row.latency_ms < 50.0 {
        server.borrow_mut().refusal_ms = row.latency_ms / 10.0;
    }
    server
}

fn is_done(exchange: &Exchange, by_ms: f64) -> bool {
    exchange.reply.status == Some(200) && exchange.ended_at_ms.is_some_and(|at_ms| at_ms <= by_ms)
}

/// The share of refusals among all calls that were sent after so many that got through.
fn refused_share(log: &[Exchange], after: usize) -> f64 {
    let mut through = 0;
    let later = log.iter().filter(|exchange| {
        through += usize::from(exchange.reply.status == Some(200));
        through >= after
    });
    let later: Vec<bool> = later.map(|exchange| exchange.reply.status == Some(429)).collect();
    later.iter().filter(|&&refused| refused).count() as f64 / later.len().max(1) as f64
}

/// The time that the same calls take without refusals by chance, and what obeying the waits of
/// those costs at the least; or the time at the best fixed level.
fn best_ms(row: &Row, hint: Hint) -> f64 {
    let server = |limit| Server::world(&server(row, limit, hint, SEED), 1);
    let levels = match row.limit {
        Limit::Chance(_) => {
            let without = server(Limit::Chance(0.0));
            let cost_ms = obedient(&server(row.limit), MOST_AT_ONCE, row.calls)
                - obedient(&without, MOST_AT_ONCE, row.calls);
            return run(&without, 1, row.calls, &json!({})).ms + cost_ms.max(0.0);
        }
        Limit::AtOnce(slots) => vec![slots],
        _ => vec![4, 16, 64, 256],
    };
    let times = levels.into_iter().map(|level| plain(&server(row.limit), level, row.calls));
    times.fold(f64::INFINITY, f64::min)
}
