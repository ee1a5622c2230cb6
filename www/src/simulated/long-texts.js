// @ts-check
/**
 * The longer of the texts written ahead: a decision in steps, a text in sections, a report of
 * reports.
 */

/** @typedef {import('./texts.js').Text} Text */

/** @type {Text[]} */
export const buses = [
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
export const sections = [
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
export const city = [
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
