'use client';

import { parallelProcess } from 'parallelization-agent';
import { useEffect, useState } from 'react';

export default function Page() {
  const [text, setText] = useState('');
  useEffect(() => {
    const options = { baseURL: new URLSearchParams(location.search).get('model'), aggregate: false };
    parallelProcess('Greet', [{ id: 'hello', content: 'Say hello.' }], options).then(
      ({ results }) => setText(results[0].result),
      (error) => setText(String(error)),
    );
  }, []);
  return <main>{text}</main>;
}
