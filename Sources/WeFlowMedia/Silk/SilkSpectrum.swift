/// Normalised line spectral frequencies (NLSF, Q15): from symbols to a stable vector
/// (<doc:SilkDecoding#Frequencies-and-filters>).
struct SilkSpectrum: ~Copyable {
    /// The frequencies of the present frame; only the first `order` count.
    let frequencies = SilkMemory<Int32>(SilkDecoder.longestOrder)

    /// Adds up the vectors that `stages` names, then stabilises.
    func decode(_ book: SilkCodebooks.Spectrum, _ stages: borrowing SilkMemory<Int>) {
        let order = book.order
        let values = frequencies.base
        frequencies.clear()
        var vectors = book.vectors
        for stage in 0..<book.stages {
            let vector = vectors + stages[stage] * order
            for index in 0..<order { values[index] &+= Int32(vector[index]) }
            vectors += Int(book.sizes[stage]) * order
        }
        stabilise(order, book.distances)
    }

    /// Moves neighbours apart until all are `distances` (order + 1 of them) away from each other and from the ends.
    private func stabilise(_ order: Int, _ distances: UnsafePointer<Int16>) {
        let values = frequencies.base
        for _ in 0..<20 {
            var (least, place) = (values[0] &- Int32(distances[0]), 0)
            for index in 1..<order {
                let room = values[index] &- values[index - 1] &- Int32(distances[index])
                if room < least { (least, place) = (room, index) }
            }
            let last = 32768 &- values[order - 1] &- Int32(distances[order])
            if last < least { (least, place) = (last, order) }
            if least >= 0 { return }
            if place == 0 {
                values[0] = Int32(distances[0])
            } else if place == order {
                values[order - 1] = 32768 - Int32(distances[order])
            } else {
                separate(place, order, distances)
            }
        }
        pushApart(order, distances)
    }

    /// Sets frequency `place` and the one before as far apart as they must be, about their mean.
    private func separate(_ place: Int, _ order: Int, _ distances: UnsafePointer<Int16>) {
        let values = frequencies.base
        let distance = Int32(distances[place])
        let half = distance >> 1
        var low = half
        for index in 0..<place { low += Int32(distances[index]) }
        var high = 32768 - (distance - half)
        for index in place + 1...order { high -= Int32(distances[index]) }
        let mean = (values[place - 1] &+ values[place]).roundedShift(1)
        let centre = mean < low ? low : min(mean, high)
        values[place - 1] = centre - half
        values[place] = centre - half + distance
    }

    /// What is left where twenty rounds did not do: sort, then push up from the left and down from the right.
    private func pushApart(_ order: Int, _ distances: UnsafePointer<Int16>) {
        let values = frequencies.base
        var buffer = UnsafeMutableBufferPointer(start: values, count: order)
        buffer.sort()
        values[0] = max(values[0], Int32(distances[0]))
        for index in 1..<order { values[index] = max(values[index], values[index - 1] &+ Int32(distances[index])) }
        values[order - 1] = min(values[order - 1], 32768 - Int32(distances[order]))
        for index in stride(from: order - 2, through: 0, by: -1) {
            values[index] = min(values[index], values[index + 1] &- Int32(distances[index + 1]))
        }
    }
}
