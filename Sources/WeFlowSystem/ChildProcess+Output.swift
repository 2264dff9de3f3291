extension ChildProcess {
    /// What a program prints, where it ends well and within the limits; what it complains of is lost.
    ///
    /// - Parameters:
    ///   - program: its path.
    ///   - arguments: what follows its name.
    ///   - environment: its variables.
    ///   - input: what it reads.
    ///   - limit: the most bytes that are taken.
    ///   - milliseconds: how long it may take.
    ///   - isCancelled: asked now and then; once it is true the program is killed.
    /// - Returns: nil where it prints more, takes longer, fails, or cannot be started.
    public static func output(
        of program: String, _ arguments: [String], environment: Environment, input: Descriptor, limit: Int,
        milliseconds: Int, isCancelled: () -> Bool = { false }
    ) -> [UInt8]? {
        let deadline = Clock.monotonic + Int64(milliseconds) * 1_000_000
        guard let (readEnd, writeEnd) = try? Descriptor.pipe() else { return nil }
        defer { readEnd.letGo() }
        let child: ChildProcess
        do throws(SystemError) {
            child = try ChildProcess(
                program, arguments, environment: environment, input: .descriptor(input),
                output: .descriptor(writeEnd), error: .nowhere)
        } catch {
            writeEnd.letGo()
            return nil
        }
        // Else the end of the output would never come.
        writeEnd.letGo()
        let bytes = read(readEnd, until: deadline, limit: limit, isCancelled)
        let left = bytes == nil ? 0 : max(0, Int((deadline - Clock.monotonic) / 1_000_000))
        let end = child.wait(atMost: left, isCancelled: isCancelled)
        return end == .code(0) ? bytes : nil
    }

    /// Reads to the end; nil where that is too far or too late.
    private static func read(
        _ descriptor: Descriptor, until deadline: Int64, limit: Int, _ isCancelled: () -> Bool
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let left = Int((deadline - Clock.monotonic) / 1_000_000)
            guard left > 0, !isCancelled() else { return nil }
            // Half a second at most, so that a cancelled run does not wait.
            let answers = Poll.wait(for: [.readable(descriptor)], milliseconds: min(left, 500))
            guard answers.first?.isAny == true else { continue }
            guard let got = try? piece.withUnsafeMutableBytes({ try descriptor.read(into: $0) }) else { return nil }
            if got == 0 { return bytes }
            guard bytes.count + got <= limit else { return nil }
            bytes += piece[..<got]
        }
    }
}
