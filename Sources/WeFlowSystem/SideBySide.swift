internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Does two pieces of work side by side.
///
/// It is meant for reads of a millisecond or so: a thread of its own begins sooner than the runtime's first one.
///
/// - Parameters:
///   - other: runs on a thread of its own; afterwards where there is none to be had.
///   - body: runs on this one.
/// - Returns: what both gave, once both are done.
public func sideBySide<Other: Sendable, Value>(_ other: @Sendable () -> Other, _ body: () -> Value) -> (Other, Value) {
    let result = Mutex<Other?>(nil)
    let value = withThread {
        let given = other()
        result.withLock { $0 = given }
    } during: {
        body()
    }
    return (result.withLock { $0 } ?? other(), value)
}

/// Does many pieces of work, two at a time, whoever is ready taking the next one.
///
/// - Parameters:
///   - count: how many there are.
///   - body: does one of them, by its place.
/// - Returns: what they gave, in their order.
public func sideBySide<Value: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Value) -> [Value] {
    guard count > 1 else { return (0..<count).map(body) }
    let next = Atomic(0)
    @Sendable func drain() -> [(place: Int, value: Value)] {
        var values: [(place: Int, value: Value)] = []
        while case let place = next.add(1, ordering: .relaxed).oldValue, place < count {
            values.append((place, body(place)))
        }
        return values
    }
    let (one, other) = sideBySide({ drain() }, { drain() })
    return (one + other).sorted { $0.place < $1.place }.map(\.value)
}

/// Runs `work` on a thread that has ended when this returns; not at all where there is no thread to be had.
func withThread<Value>(_ work: @Sendable () -> Void, during body: () -> Value) -> Value {
    withoutActuallyEscaping(work) { work in
        let context = Unmanaged.passRetained(Work(body: work))
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let isMissing = pthread_create(&thread, nil, { runWork($0) }, context.toOpaque()) != 0
        let value = body()
        if isMissing {
            context.release()
        } else {
            #if canImport(Glibc)
                pthread_join(thread, nil)
            #else
                if let thread { pthread_join(thread, nil) }
            #endif
        }
        return value
    }
}

/// A closure for a thread to take.
private final class Work {
    let body: () -> Void

    init(body: @escaping () -> Void) { self.body = body }
}

/// Runs the work that a thread was made for: `context` is that of a retained ``Work``, which nobody else takes. It is
/// let go of before the thread ends, so nothing of a closure outlives the call that lent it.
private func runWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
    return nil
}
