import { signInForm } from '../shared/credentials';
import { frame } from '../shared/frame';
import { ownPath } from '../shared/paths';

frame();
signInForm(() => {
  location.replace(ownPath(new URLSearchParams(location.search).get('next'), '/home'));
});
