// @ts-check
/**
 * What the model of the documentation says to a prompt that holds the words; the first that fits
 * counts. A list is said in turn, an object fills in a form, what `calls` names are tools, and
 * `refusedBy` is a model that does not take it.
 *
 * @type {[RegExp, any][]}
 */
export const answers = [
  // README
  [/The results hold.*Combine/s, 'A sound study of one town: white lamps draw moths.'],
  [/Analyze discussion/, 'The results hold for one town at least.'],
  [/Analyze methodology section/, 'The sample is large, but from one town.'],
  [/Analyze results section/, 'White lamps draw three times as many moths.'],
  [/Judge the review\.\nGreat lamp/, { positive: true }],
  [/Judge the review\.\nIt broke/, { positive: false }],

  // Getting started
  [/Combine.*Analyze a research paper/s, 'White lamps draw moths, in one town at least.'],
  [/Analyze what follows/, 'White lamps should be replaced first.'],
  [/Analyze the methodology/, 'The sample is large, but all lamps stood in one town.'],
  [/Analyze the results/, 'The effect is strong and clear.'],

  // Many rows
  [/in one word\.\nGreat lamp/, 'positive'],
  [/in one word\.\nIt broke/, 'negative'],
  [/in one word\.\nArrived/, 'neutral'],
  [/Rate this: Great lamp/, { positive: true, topics: ['light'] }],
  [/Rate this: It broke/, { positive: false, topics: ['quality'] }],

  // Graphs
  [/Combine.*moth watching/s, 'Warm, still nights at the edge of a wood are best.'],
  [/Write a plan/, 'On a warm, still night, hang a lamp at the edge of the wood.'],
  [/Give a verdict on the lamp/, { buy: true, because: 'It is bright and cheap.' }],
  [
    /You sum up a text.*Lamps and moths/s,
    { summary: 'Lamps and moths.', keyPoints: ['Lamps confuse moths.', 'Warm light helps.'] },
  ],
  [/your section\nWhy moths come/, 'Moths steer by the light of the sky.'],
  [/your section\nWhat helps/, 'Warm light, and darkness after midnight.'],
  [/Write German/, 'Version 2 ist da.'],
  [/Write French/, 'La version 2 est là.'],

  // Votes and judges
  [/Is a bat a bird/, { answer: 'No' }],
  [/Is a whale a fish/, { answer: 'No' }],
  [/that most people know/, { choice: 1, reason: 'Everybody has seen one.' }],
  [/Name a moth/, { answer: 'Hawkmoth' }],
  [/easiest to remember/, { choice: 1 }],
  [/slogan for a lamp/, ['Night, kindly.']],
  [/easy to understand/, { score: 9 }],
  [/source for each claim/, { score: 3 }],
  [/Combine.*street lamps|street lamps.*Combine/s, 'It is good for insects, and costs two million.'],
  [/You count the money/, 'It costs two million.'],
  [/neighbour.*private persons/s, { tripped: true, reason: 'It asks about a private person.' }],
  [/private persons/, { tripped: false, reason: 'She is a public person.' }],
  [/Ada Lovelace/, 'She wrote the first program.'],

  // Map-reduce
  [/Merge the themes/, 'Lamps, moths, money.'],
  [/Add the moths/, { total: 375 }],
  [/How many moths\?.*lamp A/s, { moths: 40 }],
  [/How many moths\?.*lamp B/s, { moths: 335 }],

  // Limits and retries
  [/an eclipse/, { refusedBy: 'gpt-5.6-sol', text: 'The moon stands before the sun.' }],

  // Agents and tools
  [
    /coat in Oslo/,
    {
      calls: [
        ['weather', { city: 'Oslo' }],
        ['weather', { city: 'Rome' }],
      ],
      text: 'In Oslo yes, in Rome no.',
    },
  ],
  [/with your helper/, { calls: [['helper', { question: 'What is a moth?' }]], text: 'Moths fly at night.' }],
  [/Hawk moth/, 'Night'],

  // Models and schemas
  [/375 came/, { moths: 375 }],
  [/in the picture/, 'A moth on a lamp.'],

  // Progress
  [/hello to the moths/, 'Hello, moths!'],
  [/~~~ topic/, 'Moths fly at night, and lamps draw them.'],
];
