/// Finds a keyword in texts without regard to case: a substring under Unicode simple case folding, one scalar for one,
/// so `ß` is not `ss`. No wildcards, no normalization.
public struct KeywordMatcher: Sendable {
    private let form: Form

    /// Prepares a keyword; the empty one is found everywhere.
    public init(_ keyword: String) { form = Form(keyword) }

    /// What is made ready of a keyword: one object, so that a matcher is handed about for little.
    private final class Form: Sendable {
        /// The keyword, folded.
        let scalars: [UInt32]
        /// The longest part of it that is looked for first; nil where all of its characters have several forms.
        let run: FoldedRun?
        /// How many scalars stand before the run, and whether it is all of the keyword.
        let (runStart, isRun): (Int, Bool)
        /// Which bytes can begin a match.
        let beginnings: [Bool]

        init(_ keyword: String) {
            let scalars = keyword.unicodeScalars.map { CaseFolding.fold($0.value) }
            self.scalars = scalars
            let parts = scalars.indices.split { !FoldedRun.isPlain(scalars[$0]) }
            let longest = parts.max { $0.count < $1.count } ?? 0..<0
            run = longest.isEmpty ? nil : FoldedRun(scalars[longest])
            (runStart, isRun) = (longest.lowerBound, longest.count == scalars.count)
            var beginnings = [Bool](repeating: false, count: 256)
            if let first = scalars.first {
                for scalar in CaseFolding.scalars(foldingTo: first).lazy.compactMap(Unicode.Scalar.init) {
                    if let lead = Unicode.UTF8.encode(scalar)?.first { beginnings[Int(lead)] = true }
                }
            }
            self.beginnings = beginnings
        }
    }

    /// Bytes that each text holds in which the keyword occurs; nil where it has no such.
    var run: FoldedRun? { form.run }

    /// Folded characters that each text holds in which the keyword occurs, whatever is taken out of it or replaced in it:
    /// some of those in ``run``, each once.
    var characters: [UInt32] {
        guard form.run != nil else { return [] }
        var characters: [UInt32] = []
        for scalar in form.scalars
        where FoldedRun.isPlain(scalar) && scalar != 0xFFFD && !characters.contains(scalar) {
            characters.append(scalar)
        }
        return Array(characters.prefix(8))
    }

    /// True where the keyword occurs in `text`, UTF-8.
    public func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let run = form.run else { return form.scalars.isEmpty || containsFolded(text) }
        return form.isRun ? run.place(in: text) != nil : contains(run, text)
    }

    /// True where the keyword occurs in `text`.
    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }

    /// Where the keyword occurs in `text`, UTF-8, from the left and without overlapping itself.
    ///
    /// - Returns: places in Unicode scalars; none for the empty keyword.
    public func ranges(in text: UnsafeRawBufferPointer) -> [Range<Int>] {
        guard !form.scalars.isEmpty, matches(text) else { return [] }
        let (scalars, beginnings) = (form.scalars, form.beginnings)
        var ranges: [Range<Int>] = []
        var (at, place) = (0, 0)
        while at < text.count {
            if beginnings[Int(text[at])], let end = scalars.withUnsafeBufferPointer({ Self.end(text, at, $0) }) {
                ranges.append(place..<place + scalars.count)
                place += scalars.count
                at = end
            } else {
                at += text[at] < 0x80 ? 1 : Self.decode(text, at).length
                place += 1
            }
        }
        return ranges
    }

    /// Whether the keyword stands around one of the places of its run.
    private func contains(_ run: FoldedRun, _ text: UnsafeRawBufferPointer) -> Bool {
        var from = 0
        while let place = run.place(in: text, from: from) {
            var start = place
            for _ in 0..<form.runStart where start > 0 {
                start -= 1
                while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
            }
            if form.scalars.withUnsafeBufferPointer({ Self.matches(text, start, $0) }) { return true }
            from = place + 1
        }
        return false
    }

    private func containsFolded(_ text: UnsafeRawBufferPointer) -> Bool {
        form.scalars.withUnsafeBufferPointer { scalars in
            form.beginnings.withUnsafeBufferPointer { beginnings in
                for at in 0..<text.count where beginnings[Int(text[at])] {
                    if Self.matches(text, at, scalars) { return true }
                }
                return false
            }
        }
    }

    private static func matches(
        _ text: UnsafeRawBufferPointer, _ start: Int, _ scalars: UnsafeBufferPointer<UInt32>
    ) -> Bool { end(text, start, scalars) != nil }

    /// Where the keyword ends that begins at `start`; nil where it does not.
    @inline(__always)
    private static func end(
        _ text: UnsafeRawBufferPointer, _ start: Int, _ scalars: UnsafeBufferPointer<UInt32>
    ) -> Int? {
        var at = start
        for wanted in scalars {
            guard at < text.count else { return nil }
            let byte = text[at]
            if byte < 0x80 {
                let folded = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
                guard UInt32(folded) == wanted else { return nil }
                at += 1
            } else {
                let (scalar, length) = decode(text, at)
                guard CaseFolding.fold(scalar) == wanted else { return nil }
                at += length
            }
        }
        return at
    }

    /// The scalar of the sequence at `at`; bytes that are none give what no keyword holds.
    private static func decode(_ text: UnsafeRawBufferPointer, _ at: Int) -> (scalar: UInt32, length: Int) {
        let first = text[at]
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        guard length > 1, length <= text.count - at else { return (.max, 1) }
        var scalar = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length { scalar = scalar << 6 | UInt32(text[at + offset] & 0x3F) }
        return (scalar, length)
    }
}
