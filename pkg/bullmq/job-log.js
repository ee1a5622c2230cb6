// @ts-check
/** The log of a job, in which its worker tells the events of the run. */

/** @typedef {import('./jobs.js').Jobs} Jobs */
/** @typedef {import('./relay.js').Relay} Relay */

export class JobLog {
  #id;
  #jobs;
  /** How many rows were read. */
  #rows = 0;
  /** @type {string | undefined} */
  #last;
  #reading = Promise.resolve();

  /**
   * @param {string} id  of the job
   * @param {Jobs} jobs
   * @param {Relay} relay  takes what is read
   */
  constructor(id, jobs, relay) {
    this.#id = id;
    this.#jobs = jobs;
    this.relay = relay;
  }

  /** Reads what was told since, one reading behind the other. */
  read() {
    this.#reading = this.#reading
      .then(async () => {
        for (const row of await this.#newRows()) this.relay.take(JSON.parse(row));
      })
      // Events that cannot be read cost nobody the result.
      .catch(() => {});
    return this.#reading;
  }

  /** The last known row comes again, to tell a log that goes on from another. */
  async #newRows() {
    const known = this.#last === undefined ? 0 : 1;
    let rows = await this.#jobs.logs(this.#id, this.#rows - known);
    if (rows[0] === this.#last) rows = rows.slice(known);
    else {
      // That of a job which was added again, since the queue had lost it.
      this.#rows = 0;
      if (known) rows = await this.#jobs.logs(this.#id, 0);
    }
    this.#rows += rows.length;
    this.#last = rows.at(-1) ?? this.#last;
    return rows;
  }
}
