/// WeChat's picture container `wxgf`: raw HEVC in length-prefixed partitions (<doc:WxgfPictures>).
///
/// Taking it apart needs no decoder; turning the partitions into a picture does, and `conversions` says how to ask
/// ffmpeg for it.
public struct WxgfContainer: Sendable {
    /// How many partitions are taken from one file at most; the longest animations have hundreds.
    public static let partitionLimit = 16_384

    /// The size in pixels that the header states, 0…65535; not checked against the stream.
    public let width: Int
    /// See `width`.
    public let height: Int
    /// The HEVC streams (Annex B), as offsets from the start of the file, in file order.
    public let partitions: [Range<Int>]
    /// An ordinary JPEG or PNG inside the container, from its first byte to the end of the file, with its format.
    public let embedded: (range: Range<Int>, format: MediaFormat)?

    private let file: ArraySlice<UInt8>

    /// Takes a decoded picture apart, whatever follows its magic; nil where it does not start with `wxgf` and a header.
    public init?(_ file: ArraySlice<UInt8>) {
        let parsed = file.withUnsafeBytes { bytes -> (Int, Int, [Range<Int>], (Range<Int>, MediaFormat)?)? in
            guard bytes.count >= 11, bytes.bigEndian32(at: 0) == 0x7778_6766 else { return nil }
            let start = min(Int(bytes[4]), bytes.count)
            var partitions = Self.partitions(in: bytes, from: start, startCodeLength: 4)
            if partitions.isEmpty, Self.startCode(in: bytes, from: start, length: 4) == nil {
                partitions = Self.partitions(in: bytes, from: start, startCodeLength: 3)
            }
            let width = Int(bytes[7]) << 8 | Int(bytes[8])
            let height = Int(bytes[9]) << 8 | Int(bytes[10])
            return (width, height, partitions, Self.embedded(in: bytes, outside: partitions))
        }
        guard let parsed else { return nil }
        (width, height, partitions) = (parsed.0, parsed.1, parsed.2)
        embedded = parsed.3.map { (range: $0.0, format: $0.1) }
        self.file = file
    }

    /// The bytes of a part of the container; empty where `range` is not inside it.
    public func bytes(of range: Range<Int>) -> ArraySlice<UInt8> {
        guard range.lowerBound >= 0, range.upperBound <= file.count else { return [] }
        return file[(file.startIndex + range.lowerBound)..<(file.startIndex + range.upperBound)]
    }

    /// The largest partition, which in a still picture is the picture.
    public var largest: Range<Int>? {
        partitions.max { $0.count < $1.count }
    }

    /// Whether it moves: several partitions, none with 60 % of the file.
    public var isAnimated: Bool {
        guard partitions.count > 1, let largest else { return false }
        return largest.count * 10 < file.count * 6
    }

    /// The frames of an animation, which are the odd partitions; empty for a still picture.
    public var colourFrames: [Range<Int>] {
        isAnimated ? partitions.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element) : []
    }
}

extension WxgfContainer {
    /// One way to get an ordinary picture out of the container: what to write to ffmpeg's standard input, with what
    /// arguments, and what comes out on its standard output.
    public struct Conversion: Sendable, Equatable {
        /// The parts of the container, to be written one after the other.
        public let input: [Range<Int>]
        /// The arguments of ffmpeg.
        public let arguments: [String]
        /// What a successful run must start as.
        public let output: MediaFormat
    }

    /// The ways to convert it, best first; try the next where one fails or its output has not the stated signature.
    ///
    /// An animation becomes a GIF of its colour frames (masks are left out: no tool is known to apply them right), and
    /// where that fails a still of the first frame that decodes.
    public var conversions: [Conversion] {
        var ways: [Conversion] = []
        let frames = colourFrames
        if !frames.isEmpty {
            ways.append(Conversion(input: frames, arguments: Self.animationArguments, output: .gif))
        }
        var inputs: [[Range<Int>]] = []
        if !frames.isEmpty {
            inputs.append(frames)
        } else if let largest {
            inputs.append([largest])
        }
        let firstUnit = partitions.first?.lowerBound ?? 4
        for start in [firstUnit, 4] where start < file.count && !inputs.contains([start..<file.count]) {
            inputs.append([start..<file.count])
        }
        return ways + inputs.map { Conversion(input: $0, arguments: Self.stillArguments, output: .jpeg) }
    }

    private static let commonArguments = ["-hide_banner", "-loglevel", "error", "-f", "hevc", "-i", "pipe:0"]

    // HEVC comes in the limited range, which newer encoders of MJPEG refuse.
    private static let stillArguments =
        commonArguments + [
            "-frames:v", "1", "-vf", "scale=out_range=full,format=yuvj420p", "-c:v", "mjpeg", "-q:v", "2",
            "-f", "image2pipe", "pipe:1",
        ]

    private static let animationArguments =
        commonArguments + [
            "-filter_complex", "[0:v]split[s0][s1];[s0]palettegen[p];[s1][p]paletteuse", "-loop", "0",
            "-f", "gif", "pipe:1",
        ]

    /// Whether a JPEG is what a decoder leaves that had nothing to decode: 4 KiB or more, 98.5 % of it zero bytes.
    public static func isBlankFrame(_ jpeg: some Collection<UInt8>) -> Bool {
        guard jpeg.count >= 4096 else { return false }
        let zeros = jpeg.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        return zeros * 1000 >= jpeg.count * 985
    }
}

extension WxgfContainer {
    /// A partition is a start code with a big-endian length before it that stays inside the file.
    private static func partitions(
        in bytes: UnsafeRawBufferPointer, from start: Int, startCodeLength: Int
    ) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var at = start
        while found.count < partitionLimit, let code = startCode(in: bytes, from: at, length: startCodeLength) {
            at = code + 1
            guard code >= 4 else { continue }
            let length = Int(bytes.bigEndian32(at: code - 4))
            guard length > 0, length <= bytes.count - code else { continue }
            found.append(code..<code + length)
            at = code + length
        }
        return found
    }

    /// Where the next start code (zeros and a one) of `length` bytes begins.
    private static func startCode(in bytes: UnsafeRawBufferPointer, from start: Int, length: Int) -> Int? {
        var last = start + length - 1
        while last < bytes.count {
            switch bytes[last] {
            case 0: last += 1
            case 1 where bytes[(last - length + 1)..<last].allSatisfy { $0 == 0 }: return last - length + 1
            default: last += length
            }
        }
        return nil
    }

    /// A picture's signature in the first 4,096 bytes; inside a partition it is chance.
    private static func embedded(
        in bytes: UnsafeRawBufferPointer, outside partitions: [Range<Int>]
    ) -> (Range<Int>, MediaFormat)? {
        for at in 4..<max(4, min(4096, bytes.count)) where bytes[at] == 0xFF || bytes[at] == 0x89 {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[at...].prefix(MediaFormat.sniffLength))
            guard let format = MediaFormat.sniff(rest, total: bytes.count - at), format == .jpeg || format == .png,
                !partitions.contains(where: { $0.contains(at) })
            else { continue }
            return (at..<bytes.count, format)
        }
        return nil
    }
}
