import HostSystem
import SystemPackage
import TestKit

/// Debian's chromium, and how a picture that it took is judged.
enum Browser {
    /// Whether it is installed, and starts: not every container lets it.
    static var isThere: Bool {
        get async {
            let outcome = try? await Shell.attempt(
                """
                cd "$(mktemp -d)"; trap 'rm -rf "$PWD"' EXIT
                \(start)
                browse --dump-dom about:blank | grep '<html'
                """)
            return outcome?.status == 0
        }
    }

    /// The browser, without a window; it finds no host, and its log has what pages say.
    static let start = """
        browse() {
            HOME=$PWD timeout --kill-after=5 120 chromium --headless --no-sandbox --disable-gpu \
                --disable-dev-shm-usage --user-data-dir=$PWD/profile --hide-scrollbars \
                --disable-background-networking --disable-component-update --no-first-run \
                --host-resolver-rules='MAP * ~NOTFOUND' --enable-logging=stderr "$@" \
                2>> browser.log
        }
        """

    /// Prints how many different colours a PNG has, and of how many pixels each given one is.
    static let pixels = """
        import struct, sys, zlib
        data = open(sys.argv[1], 'rb').read()
        place, packed = 8, b''
        while place < len(data):
            size, kind = struct.unpack('>I4s', data[place:place + 8])
            if kind == b'IHDR': width, height, depth, colour = struct.unpack('>IIBB', data[place + 8:place + 18])
            if kind == b'IDAT': packed += data[place + 8:place + 8 + size]
            place += size + 12
        count = {2: 3, 6: 4}[colour]; stride = width * count
        raw, last, seen = zlib.decompress(packed), bytearray(stride), {}
        for y in range(height):
            start = y * (stride + 1); how = raw[start]; row = bytearray(raw[start + 1:start + 1 + stride])
            for i in range(stride):
                left = row[i - count] if i >= count else 0; up = last[i]
                corner = last[i - count] if i >= count else 0
                if how == 1: row[i] = row[i] + left & 255
                elif how == 2: row[i] = row[i] + up & 255
                elif how == 3: row[i] = row[i] + (left + up) // 2 & 255
                elif how == 4:
                    p = left + up - corner
                    a, b, c = abs(p - left), abs(p - up), abs(p - corner)
                    row[i] = row[i] + (left if a <= b and a <= c else up if b <= c else corner) & 255
            for x in range(0, stride, count):
                pixel = bytes(row[x:x + 3]); seen[pixel] = seen.get(pixel, 0) + 1
            last = row
        print(len(seen), *[seen.get(bytes.fromhex(c), 0) for c in sys.argv[2:]])
        """
}
