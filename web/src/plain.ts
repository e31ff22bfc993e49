import { frame } from './shared/frame';

/** A page that only says something. */
frame();
