import { signInForm } from '../shared/credentials';
import { one } from '../shared/dom';
import { frame } from '../shared/frame';
import { ownPath } from '../shared/paths';

frame();
const query = new URLSearchParams(location.search);
one('[data-signed-out]').hidden = query.get('out') !== '1';
signInForm(() => {
  location.replace(ownPath(query.get('next'), '/home'));
});
