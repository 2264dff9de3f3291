/// Numbers of fixed count, zero at first, that live as long as their owner.
///
/// The decoder allocates all its memory once and none per frame. Element access is checked in debug builds only, so
/// every index must follow from the format's own limits; loops that are hot work on `base`.
struct SilkMemory<Element: FixedWidthInteger>: ~Copyable {
    let base: UnsafeMutablePointer<Element>
    let count: Int

    init(_ count: Int) {
        base = .allocate(capacity: count)
        base.initialize(repeating: 0, count: count)
        self.count = count
    }

    deinit { base.deallocate() }

    @inline(__always) subscript(index: Int) -> Element {
        get {
            assert(index >= 0 && index < count, "index outside the memory")
            return base[index]
        }
        nonmutating set {
            assert(index >= 0 && index < count, "index outside the memory")
            base[index] = newValue
        }
    }

    /// Writes zeros over the first `length` elements, or over all.
    func clear(_ length: Int? = nil) {
        assert(length ?? 0 <= count, "more than there is")
        base.update(repeating: 0, count: length ?? count)
    }
}
