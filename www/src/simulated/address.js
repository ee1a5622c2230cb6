// @ts-check

/** Where the answers that were written for this page come from: no server has this name. */
export const address = 'https://simulated.invalid/v1';
