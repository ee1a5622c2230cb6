/** Inlined, the package sees what the simulated page has in the place of Node’s globals. */
const deps = process.env.INLINE ? { inline: ['parallelization-agent'] } : {};

export default { test: { server: { deps } } };
