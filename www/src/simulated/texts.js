// @ts-check
/**
 * What is answered to the examples of the page: texts written ahead. No model is asked for them,
 * and the page says so.
 */

import { buses, city, sections } from './long-texts.js';

/**
 * @typedef {object} Text
 * @property {string[]} when  all of which the prompt has in it
 * @property {string[]} answers  in turn, where the same is asked several times
 * @property {number} [firstMs]  until the answer begins
 * @property {{ name: string, args: object }[]} [tools]  what is called before
 */

const vote = (
  /** @type {string} */ answer,
  /** @type {number} */ confidence,
  /** @type {string} */ reasoning,
) => JSON.stringify({ reasoning, answer, confidence });
const score = (/** @type {number} */ score, /** @type {string} */ reasoning) =>
  JSON.stringify({ reasoning, score });
const verdict = (/** @type {boolean} */ tripped, /** @type {string} */ reason) =>
  JSON.stringify({ reason, tripped });

const screened = { firstMs: 250 };
const password = 'moth-lamp-7';

/** @type {Text[]} */
const ballots = [
  {
    when: ['Is remote work better than office work?', 'Reply with JSON alone: {"reasoning"'],
    answers: [
      vote('Yes', 0.7, 'Two hours a day that nobody spends on a train are worth more than a coffee machine.'),
      vote('No', 0.6, 'New colleagues learn by listening in, and there is nothing to listen to at home.'),
      vote('Yes', 0.8, 'Work that needs quiet is done where it is quiet.'),
      vote('Yes', 0.65, 'It lets people live where they can afford to.'),
      vote('No', 0.55, 'Decisions take days in writing that take minutes at a table.'),
      vote('Yes', 0.75, 'Results can be compared, and presence says little about them.'),
      vote('Yes', 0.6, 'For most tasks it is, if the team meets now and then.'),
    ],
  },
];

/** @type {Text[]} */
const reviews = [
  ['Arrived a day early', '**Positive:** it came early and does what it says.'],
  ['The handle broke', '**Negative:** a part of it failed within days.'],
  [
    'Lovely colour',
    '**Mixed:** the colour pleases, but the size is not as shown in the picture, which is what the buyer will remember.',
  ],
  ['My third one', '**Positive:** bought again and again, since the first has lasted for nine years.'],
  ['Support answered', '**Positive:** something broke, and the quick help outweighs it by far.'],
  ['Too loud', '**Negative:** not fit for where it was to stand.'],
  ['Good value', '**Mixed:** worth its price, but hard to put together with these instructions.'],
  [
    'I wanted to like it',
    '**Negative:** the sentence ends before the reason, but nobody writes this who did.',
  ],
].map(([review, answer]) => ({ when: ['positive, negative or mixed', review], answers: [answer] }));

/** @type {Text[]} */
const doorbell = [
  {
    when: ['Combine these results into one answer about the input', 'doorbell'],
    answers: [
      'All four see the same device and not the same thing. **Security and law agree**: a face is a key that cannot be changed, and it is taken from people who only walk past. The neighbour says what that feels like, and the investor what it costs.\n\n**Advice:** keep the doorbell, leave the door alone. Recognise nobody outside the house’s own list, keep every picture on the device, and show with a light when it looks.',
    ],
  },
  {
    when: ['You are a security engineer'],
    answers: [
      'A printed photograph or a video on a phone will open the door unless depth and liveness are checked, and both fail in the rain. Whoever gets into the server then has not one key but all of them, and nobody can have a new face made.',
    ],
  },
  {
    when: ['You are a privacy lawyer'],
    answers: [
      'Faces are biometric data, which in the EU may be processed only with explicit consent: friends can give it, the postman cannot. Recording the pavement in front of the house goes beyond the household, so that the exemption for private use does not hold.',
    ],
  },
  {
    when: ['You live next door'],
    answers: ['I have begun to cross the street. It is not that I hide anything; I would like to be asked.'],
  },
  {
    when: ['You are an investor'],
    answers: [
      'The market is there and the margin is in the subscription, but one headline about an opened door ends the company. I would come in at half the price, with the lock taken out and certification paid for first.',
    ],
  },
];

/** @type {Text[]} */
const bakery = [
  {
    when: ['Answer the request directly', 'Write one line that sells a bakery'],
    answers: [
      'Fresh bread for those who have not been to bed yet.',
      'The oven is on. So is the light.',
      'We get up at midnight so that you need not.',
      'Bread at 3 a.m.: for bakers it is noon.',
      'Open all night, because hunger cannot tell the time.',
    ],
  },
];

/** @type {Text[]} */
const letter = [
  ['friendly', 9, 'It invites, offers soup, and asks nobody to put up with anything.'],
  ['clear', 6, 'The day and the end are there, but not the hour at which it begins.'],
  ['short', 8, 'Five sentences, of which none could be left out.'],
  ['says whom to turn to', 10, 'It names Ida and her floor, and says what to do: ring the bell.'],
].map(([criterion, points, reason]) => ({
  when: ['Dear neighbours', `Criterion: ${criterion}`],
  answers: [score(Number(points), String(reason))],
}));

/** @type {Text[]} */
const café = [
  {
    when: ['~~~ context German', 'Our café closes'],
    answers: [
      '**Sonntag zu, Montag umsonst!**\n\nAm Sonntag wird bei uns repariert.\nAm Montag geht der Kaffee aufs Haus.',
    ],
  },
  {
    when: ['~~~ context French', 'Our café closes'],
    answers: [
      '**Fermé dimanche, offert lundi !**\n\nDimanche, nous faisons des travaux.\nLundi, le café est pour nous.',
    ],
  },
  {
    when: ['~~~ context social', 'Our café closes'],
    answers: [
      'Closed Sunday (the machine needs a doctor). Monday we are back, and the coffee is on us. ☕ Bring a friend.',
    ],
  },
  {
    when: ['~~~ context letter', 'Our café closes'],
    answers: [
      'Dear neighbours,\n\non Sunday our café will stay closed: there are repairs to be made, and they may be heard now and then before noon. We apologise for the noise.\n\nOn Monday we open as usual, and would like to thank you for your patience: the first coffee is on us.\n\nYours sincerely, the café on the corner',
    ],
  },
];

/** @type {Text[]} */
const wine = [
  {
    when: ['help with harming someone', 'wine stain'],
    answers: [verdict(false, 'It is about a coat, and nobody is harmed.')],
    ...screened,
  },
  {
    when: ['contains a password or a key', password],
    answers: [verdict(true, 'The question tells what is called a password.')],
    ...screened,
  },
  {
    when: ['contains a password or a key', 'wine stain'],
    answers: [verdict(false, 'Nothing in it is a secret.')],
    ...screened,
  },
  {
    when: ['not about a household', 'wine stain'],
    answers: [verdict(false, 'Stains on clothes are a matter of the household.')],
    ...screened,
  },
  {
    when: ['How do I take out a wine stain'],
    answers: [
      '1. **Dab, do not rub.** A dry white cloth takes up what is still wet.\n2. Put **cold** sparkling water on it, a little at a time, and dab again. Warm water sets the colour.\n3. Mix a spoon of wool detergent and a spoon of white vinegar into a glass of cold water, dab it on, and wait ten minutes.\n4. Rinse with cold water, press between towels, and dry it flat, away from the heater.\n\nIf it is still there after that, take the coat to a cleaner and say that it is wine: heat from an iron would make it stay.',
    ],
  },
];

/** @type {Text[]} */
const numbers = [
  {
    when: ['You combine the results of subtasks', 'See a thousand tasks run'],
    answers: [
      'A thousand numbers, each taken apart into its factors by a task of its own. 168 of them are primes.',
    ],
  },
];

/** @type {Text[]} */
const trip = [
  {
    when: ['Plan a day in Lisbon'],
    tools: [
      { name: 'weather', args: { city: 'Lisbon' } },
      { name: 'openingHours', args: { place: 'Museu Nacional do Azulejo' } },
      { name: 'trains', args: { from: 'Lisbon', to: 'Sintra' } },
    ],
    answers: [
      'Rain comes after three, so go out first and under a roof later.\n\n- **9:41** train from Rossio to **Sintra**; back by the 13:21.\n- **14:30** tile museum, which is open until six today.\n- **Evening** fado in Alfama, two stops down the hill.',
    ],
  },
  {
    when: ['Plan a day in Porto'],
    tools: [
      { name: 'weather', args: { city: 'Porto' } },
      { name: 'openingHours', args: { place: 'Livraria Lello' } },
    ],
    answers: [
      'Dry until evening: a day for the river.\n\n- **9:30** Livraria Lello, when it opens and before the queue.\n- **11:00** over the bridge to Gaia, lunch on the quay.\n- **17:00** the tram to Foz, for the sunset.',
    ],
  },
  {
    when: ['You combine the results of subtasks', 'Lisbon or Porto'],
    answers: [
      '**Porto this time.** It stays dry there until evening, and everything is within a walk. Lisbon’s day is as good, but depends on two trains and on the rain holding off until three.',
    ],
  },
];

/** @type {Text[]} */
export const texts = [
  ...numbers,
  ...trip,
  ...buses,
  ...sections,
  ...ballots,
  ...city,
  ...reviews,
  ...doorbell,
  ...bakery,
  ...letter,
  ...café,
  ...wine,
];

/** What a picker says of the candidate that it likes best, by words of it. */
export const favourites = [
  {
    candidate: 'We get up at midnight',
    reason: 'It says what the bakery does for its customers, in nine words.',
  },
  { candidate: 'Yes', reason: 'More of them gave a reason that can be checked.' },
];
