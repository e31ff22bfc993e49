import { faultOfError, lasting, type CameraFault } from './fault';

/** The edge to the camera. */

/** An open camera; it stays open, and its light on, until `stop`. */
export interface Camera {
  readonly stream: MediaStream;
  readonly hasTorch: boolean;
  /** False when the camera did not follow. */
  setTorch(on: boolean): Promise<boolean>;
  stop(): void;
}

/** What can be known of the camera before it is asked for. */
export function lastingFault(): CameraFault | null {
  // In an insecure context there is no such member, whatever the type says.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  return lasting(devices?.getUserMedia !== undefined, window.isSecureContext);
}

/** Asks for the camera that looks away from the person; where there is but one, for that. `onLost` runs when it is taken away. */
export async function openCamera(onLost: () => void): Promise<Camera | CameraFault> {
  const lasts = lastingFault();
  if (lasts) return lasts;
  try {
    const video = { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } };
    return cameraOf(await navigator.mediaDevices.getUserMedia({ video, audio: false }), onLost);
  } catch (error) {
    return faultOfError(error instanceof DOMException ? error.name : '');
  }
}

function cameraOf(stream: MediaStream, onLost: () => void): Camera {
  const [track] = stream.getVideoTracks();
  // Never told of our own `stop`.
  track?.addEventListener('ended', onLost);
  const can = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  return {
    stream,
    hasTorch: can?.torch === true,
    setTorch: async (on) => {
      const wish = { advanced: [{ torch: on }] } as unknown as MediaTrackConstraints;
      return (await track?.applyConstraints(wish).then(() => true, () => false)) ?? false;
    },
    stop: () => {
      for (const each of stream.getTracks()) each.stop();
    },
  };
}
