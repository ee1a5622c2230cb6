// @ts-check
/** The tools of the example: what they say is made up. */

/** Each as slow as a service would be. @param {number} ms */
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const text = { type: 'string' };

export const offered = [
  {
    name: 'weather',
    description: 'The weather of today in a city.',
    parameters: { type: 'object', properties: { city: text }, required: ['city'] },
    async execute(/** @type {{ city: string }} */ { city }) {
      await after(900);
      return city === 'Porto' ? 'dry, 19 °C, clouds from 20:00' : 'sun, 21 °C, rain from 15:00';
    },
  },
  {
    name: 'openingHours',
    description: 'When a place is open today.',
    parameters: { type: 'object', properties: { place: text }, required: ['place'] },
    async execute() {
      await after(500);
      return '9:30 to 18:00';
    },
  },
  {
    name: 'trains',
    description: 'Trains between two places this morning.',
    parameters: { type: 'object', properties: { from: text, to: text }, required: ['from', 'to'] },
    async execute() {
      await after(700);
      return '9:01, 9:41, 10:21; back 12:41, 13:21';
    },
  },
];
