/** Why there is no camera. Each has words on the page that say what to do. Pure. */
export type CameraFault = 'refused' | 'none' | 'in-use' | 'insecure' | 'unsupported' | 'failed';

/** What no permission can change: browsers give the camera to secure pages alone, and some to none. */
export function lasting(hasMediaDevices: boolean, isSecure: boolean): CameraFault | null {
  if (hasMediaDevices) return null;
  return isSecure ? 'unsupported' : 'insecure';
}

/** The meaning of what `getUserMedia` threw, by its name (Media Capture and Streams §10.2). */
export function faultOfError(name: string): CameraFault {
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'in-use';
    default:
      return 'failed';
  }
}
