import('parallelization-agent').then(async ({ parallelProcess }) => {
  const options = { baseURL: process.argv[2], aggregate: false };
  const { results } = await parallelProcess('Greet', [{ id: 'hello', content: 'Say hello.' }], options);
  console.log(results[0].result);
});
