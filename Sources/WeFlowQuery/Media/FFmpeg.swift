import WeFlowMedia
import WeFlowPages
import WeFlowState
import WeFlowSystem

/// The program that makes ordinary pictures of WeChat's wxgf (<doc:ExportingMedia#Converting>).
public struct FFmpeg: Sendable {
    /// The program's path.
    public let path: String

    /// The most that is taken from it, in bytes.
    static let outputLimit = 64 << 20
    /// How long one picture may take, in milliseconds.
    static let timeLimit = 15_000

    /// A program whose path is known.
    public init(path: String) {
        self.path = path
    }

    /// Finds the program: `WEFLOW_FFMPEG`, the configuration's `ffmpeg`, `FFMPEG_PATH`, then `ffmpeg` on the `PATH`.
    ///
    /// - Parameters:
    ///   - configured: `ffmpeg` of the configuration; a name without a slash is looked for on the `PATH`.
    ///   - variable: the value of an environment variable.
    /// - Returns: nil where none of them is a program that can be run.
    public static func find(configured: String?, _ variable: (String) -> String?) -> FFmpeg? {
        let folders = (variable("PATH") ?? "").split(separator: ":").filter { Paths.isAbsolute($0) }
        for name in [variable("WEFLOW_FFMPEG"), configured, variable("FFMPEG_PATH"), "ffmpeg"] {
            guard let name, !name.isEmpty else { continue }
            let paths = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
            if let path = paths.first(where: { Paths.allows($0, .running) }) { return FFmpeg(path: path) }
        }
        return nil
    }

    /// An ordinary picture of what a container holds.
    ///
    /// - Returns: nil where no way of conversion gives one.
    /// - Throws: `.system` where the input cannot be put into the export folder.
    func picture(
        of container: WxgfContainer, in folder: any ExportPlace
    ) throws(WeFlowError) -> (bytes: [UInt8], format: MediaFormat)? {
        for way in container.conversions {
            guard let input = try folder.scratch(way.input.map { container.bytes(of: $0) }) else { return nil }
            let printed = withExtendedLifetime(input) {
                ChildProcess.output(
                    of: path, way.arguments, environment: .withoutSecrets, input: input.descriptor,
                    limit: Self.outputLimit, milliseconds: Self.timeLimit, isCancelled: { Task.isCancelled })
            }
            guard let bytes = printed, !bytes.isEmpty, MediaFormat(of: bytes) == way.output,
                !(way.output == .jpeg && WxgfContainer.isBlankFrame(bytes))
            else { continue }
            return (bytes, way.output)
        }
        return nil
    }
}
