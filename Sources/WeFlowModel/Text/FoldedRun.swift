internal import CTextLanes

/// Bytes that stand side by side in a text, the letters of ASCII among them in any case, looked for in many bytes at a
/// time.
///
/// It saves half of the time in which a million texts are looked through for a word, against a look at every byte.
final class FoldedRun: Sendable {
    /// What is looked for, valid as long as this object.
    nonisolated(unsafe) let run: weflow_run
    private nonisolated(unsafe) let memory: UnsafeMutableBufferPointer<UInt8>

    /// - Parameter scalars: folded ones that ``isPlain(_:)`` holds of; of none nothing is found.
    init(_ scalars: some Collection<UInt32>) {
        var (bytes, folds): ([UInt8], [UInt8]) = ([], [])
        // The last byte of a Chinese character's three tells it best, and the first and the last character a word.
        var ends: [Int] = []
        for scalar in scalars.lazy.compactMap(Unicode.Scalar.init) {
            XMLEntities.append(scalar, to: &bytes)
            let isLetter = scalar.value < 0x80 && UInt8(scalar.value).isASCIILetter
            folds += repeatElement(isLetter ? 0x20 : 0, count: bytes.count - folds.count)
            ends.append(bytes.count - 1)
        }
        let last = ends.last ?? 0
        memory = .allocate(capacity: 2 * bytes.count + 1)
        _ = memory.initialize(from: bytes + folds)
        let first = ends.count > 1 ? ends[0] : max(0, last - 1)
        run = weflow_run(
            bytes: memory.baseAddress, fold: memory.baseAddress.map { UnsafePointer($0 + bytes.count) },
            count: bytes.count,
            first: first, second: last)
    }

    /// - Parameter text: one character or more of ASCII, in lower case.
    convenience init(_ text: StaticString) {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        self.init(bytes.map(UInt32.init))
    }

    deinit { memory.deallocate() }

    /// Whether one form of a folded scalar is enough, or two that ASCII has.
    static func isPlain(_ scalar: UInt32) -> Bool {
        let forms = CaseFolding.scalars(foldingTo: scalar)
        // `k` and `s` have a third form beyond ASCII.
        return forms == [scalar] || scalar < 0x80 && forms.count == 2
    }

    /// Whether it stands in `text`.
    @inline(__always)
    func isIn(_ text: UnsafeRawBufferPointer) -> Bool { place(in: text) != nil }

    /// Where it stands first in `text` from `start` on, nil where it does not.
    @inline(__always)
    func place(in text: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
        guard let base = text.baseAddress, run.count > 0 else { return nil }
        let place = withUnsafePointer(to: run) {
            weflow_text_find(base.assumingMemoryBound(to: UInt8.self), text.count, start, $0)
        }
        return place < 0 ? nil : place
    }
}
