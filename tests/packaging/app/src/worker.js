import { greet } from './greet.js';

self.onmessage = async ({ data }) => postMessage(await greet(data));
