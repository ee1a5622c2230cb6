// @ts-check

/** Where the answers that are in this page come from: no server has this name. */
export const address = 'https://simulated.invalid/v1';
