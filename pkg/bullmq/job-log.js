// @ts-check
/** The log of a job, in which its worker tells the events of the run. */

/** @typedef {import('./jobs.js').Jobs} Jobs */
/** @typedef {import('./relay.js').Relay} Relay */

export class JobLog {
  #id;
  #jobs;
  /** How many rows were read. */
  #rows = 0;
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
        const rows = await this.#jobs.logs(this.#id, this.#rows);
        this.#rows += rows.length;
        for (const row of rows) this.relay.take(JSON.parse(row));
      })
      // Events that cannot be read cost nobody the result.
      .catch(() => {});
    return this.#reading;
  }
}
