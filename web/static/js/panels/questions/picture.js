/**
 * A camera's picture made small enough for a slip: a JPEG of at most 200 kB that can still be read.
 *
 * Owns    nothing: a file in, base64 out. What is drawn anew has lost where and when it was taken.
 */

const MOST_BYTES = 200_000;
const LONGEST = 1_600;
const QUALITIES = [0.82, 0.7, 0.55, 0.4];
const SMALLER = 0.7;
const TRIES = 4;

/**
 * @param {Blob} file
 * @returns {Promise<string | null>} null: it is no picture that this browser can read
 */
export async function shrunk(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!image) return null;
  let scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  for (let nth = 0; nth < TRIES; nth += 1, scale *= SMALLER) {
    const canvas = drawn(image, scale);
    for (const quality of QUALITIES) {
      const jpeg = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
      if (jpeg && jpeg.size <= MOST_BYTES) return packed(jpeg);
    }
  }
  return null;
}

/**
 * @param {ImageBitmap} image
 * @param {number} scale
 */
function drawn(image, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = canvas.getContext("2d");
  if (context) {
    // Paper is white where the picture is transparent.
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
  }
  return canvas;
}

/** @param {Blob} blob @returns {Promise<string>} in base64 */
async function packed(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}
