// @ts-check
export { default } from 'vitepress/theme';

import './contrast.css';
