// @ts-check
/** What is answered to the examples of the page: texts written by hand. No model gave them, and the page says so. */

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
const buses = [
  {
    when: ['You combine the results of subtasks', 'buses free'],
    answers: [
      '**Make the buses free for two years, in steps, and measure.** Free fares bring riders at once, but mostly from the pavement and the bicycle lane, and less from cars; the money lost is certain, the benefit has to be earned with more buses.\n\n1. Begin with those under 18 and over 65.\n2. Put the first new money into frequency: a bus every ten minutes wins more drivers than a free one every thirty.\n3. Pay for it with parking fees, so that the change of mode is paid for by those who do not change.\n\nTallinn shows that riders come, Dunkirk that drivers can, and both that it is the timetable that keeps them.',
    ],
  },
  {
    when: ['Who would ride more, and who would not?'],
    answers: [
      '- **Would:** pupils, pensioners and people with low wages, for whom a monthly pass is a day’s pay.\n- **Would, a little:** those who walk today; a free bus for two stops is taken because it is there.\n- **Would not:** most who drive. They pay with time, not with fares, and a free bus is no faster.',
    ],
  },
  {
    when: ['What would it cost, and who would pay? Three short points.'],
    answers: [
      '- Fares bring in about **a quarter of the running costs**; that sum is missing every year.\n- Savings are small: ticket machines, inspectors and sales are some 5 % of the budget.\n- It would be paid by **all taxpayers**, those in the outskirts too, where no bus goes. A parking fee would put the burden on drivers instead.',
    ],
  },
  {
    when: ['Which cities have tried it, and what came of it?'],
    answers: [
      '**Tallinn** (2013): free for residents. Ridership rose by a few percent in the first year; many walked less.\n\n**Dunkirk** (2018): free, with a new network of more frequent lines. Trips nearly doubled, and about half of the new riders said they would have driven.\n\n**Hasselt** (1997 to 2013): riders grew more than tenfold, and so did the bill, until the city could not pay it any more.',
    ],
  },
  {
    when: ['Weigh the benefits against the costs.'],
    answers: [
      'The benefit is **real but narrow**: those who gain most are those with the least money, which is a reason by itself. As a means against traffic it is weak, since fares are not what keeps drivers away.\n\nThe cost is certain and comes back every year. Half of it, spent on frequency, would move more people out of cars. Free fares are good *social* policy and middling *transport* policy.',
    ],
  },
  {
    when: ['Give the strongest objection, and an answer to it.'],
    answers: [
      '**Objection:** what costs nothing is run down. Hasselt gave up after sixteen years because success was too dear.\n\n**Answer:** Hasselt tied nothing to its promise. Where the money comes from a source that grows with traffic, such as parking, the service does not depend on each year’s budget talks.',
    ],
  },
  {
    when: ['Advise the city council in one paragraph.'],
    answers: [
      'Try it, but not for everybody at once. Make buses free for the young and the old this year, and put the same sum into a ten-minute rhythm on the four busiest lines. Count riders and cars before and after. If by the second winter fewer cars come into the centre, open it to all and raise the parking fee to pay for it; if not, you have better buses, and have lost little.',
    ],
  },
];

/** @type {Text[]} */
const sections = [
  {
    when: ['You sum up a text from its sections', 'AI ethics'],
    answers: [
      JSON.stringify({
        summary:
          'Three questions come back whenever a machine decides about people: what it was told about them, whether it treats them alike, and whether anybody can say why. They cannot be answered one at a time. Data that is never collected cannot show a bias, and a bias that nobody may look for is never found.\n\nWhat helps is dull and works: collect less, measure by group, write down how a decision came about, and leave a person the last word where it matters.',
        keyPoints: [
          'Privacy is lost when data is joined, not only when it is collected.',
          'A system that is right on average can be wrong for the same people every time.',
          'An explanation is worth what its reader can do with it.',
        ],
      }),
    ],
  },
  {
    when: ['~~~ your section\nPrivacy'],
    answers: [
      'A model remembers more than it was meant to. Names, addresses and phone numbers from its training text can come out again when somebody asks in the right way.\n\nThe greater risk is quieter. Three harmless facts, a postcode, a birthday and a profession, are often enough to find one person among millions. Privacy is therefore less about secrets than about **joining**: who may put what beside what. Rules that ask for consent to each form miss this; rules that bound the purpose do not.',
    ],
  },
  {
    when: ['~~~ your section\nBias'],
    answers: [
      'A system learns from what was decided, and so from who was passed over. A hiring model that is trained on ten years of hires will find that a gap in a career is a bad sign, and that mothers have gaps.\n\nLeaving out a column does not help: the postcode knows the income, and the school knows the name. What helps is to **measure by group**, before and after, and to decide openly which error is worse: to turn away somebody who fits, or to take somebody who does not.',
    ],
  },
  {
    when: ['~~~ your section\nTransparency'],
    answers: [
      'There are three readers, and each needs another text. The person who was refused wants to know **what to change**. The auditor wants to repeat the decision with another name. The engineer wants to see which example taught it.\n\nA picture of the weights serves none of them. A log of the inputs, the version and the rule that decided serves all three, costs little, and is missing nearly everywhere.',
    ],
  },
  {
    when: ['You divide a topic into sections'],
    answers: [
      JSON.stringify({
        sections: [
          { title: 'Where it stands', about: 'what is known and agreed today' },
          { title: 'What is disputed', about: 'the two strongest sides' },
          { title: 'What may come', about: 'the next five years' },
        ],
      }),
    ],
  },
];

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
const city = [
  {
    when: ['Put them together into one short report.', 'result for document-1 to document-3'],
    answers: [
      '**The city in May.** People use what is open and near: the museum on Sundays, the new tram, the tool library, and soon the pool before work. What is missing is upkeep. The underpasses flooded because of pumps that were due in spring, and the market hall waits for its roof for the third time. New offers are taken up at once; old promises are not kept as quickly.',
    ],
  },
  {
    when: ['Put them together into one short report.', 'result for document-1\n'],
    answers: [
      'Culture and transport win: more people come to the museum, and the tram brings customers to the shops. But the underpasses show that upkeep is behind.',
    ],
  },
  {
    when: ['Put them together into one short report.', 'result for document-4\n'],
    answers: [
      'Residents ask, and mostly get what they ask for: tools to borrow, and an earlier swim. The market hall alone is left in the rain.',
    ],
  },
  {
    when: ['Say in one sentence what it means', 'The museum had more visitors'],
    answers: [
      'Sunday has become a day for the museum, so that longer opening hours then would find their public.',
    ],
  },
  {
    when: ['Say in one sentence what it means', 'A new tram line opened'],
    answers: [
      'Whoever lives or trades along the tram gains: the way is shorter, and the shops sell a fifth more.',
    ],
  },
  {
    when: ['Say in one sentence what it means', 'Rain flooded two underpasses'],
    answers: [
      'Those on foot had to take long detours because a repair that was due in spring had been put off.',
    ],
  },
  {
    when: ['Say in one sentence what it means', 'The library now lends tools'],
    answers: ['Nobody has to buy a drill for two holes any more.'],
  },
  {
    when: ['Say in one sentence what it means', 'A vote on the market hall'],
    answers: ['Traders and customers go on standing under a leaking roof, without knowing until when.'],
  },
  {
    when: ['Say in one sentence what it means', 'The swimming pool will open'],
    answers: [
      'Early swimmers can go before work, and two thousand people have seen that asking together helps.',
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
