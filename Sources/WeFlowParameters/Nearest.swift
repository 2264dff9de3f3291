/// The word that somebody most likely meant who wrote another.
public enum Nearest {
    /// The nearest of the words, where it is near enough to be a slip: one letter too many, too few, wrong or swapped,
    /// two in a longer word; or where the given word is the beginning of that one alone.
    ///
    /// - Parameters:
    ///   - given: what was written.
    ///   - words: what could have been.
    /// - Returns: the word, nil where none is near.
    public static func word(to given: String, among words: [String]) -> String? {
        let given = given.lowercased()
        guard given.count > 1, given.count < 40 else { return nil }
        let begun = words.filter { $0.hasPrefix(given) }
        if begun.count == 1 { return begun[0] }
        let allowed = given.count < 4 ? 1 : 2
        let distances = words.map { (word: $0, distance: distance(Array($0), Array(given))) }
        guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= allowed && best.distance < given.count ? best.word : nil
    }

    /// How many letters have to be changed, put in, taken out or swapped with their neighbour.
    package static func distance(_ first: [Character], _ second: [Character]) -> Int {
        var before: [Int] = []
        var row = Array(0...second.count)
        for (i, one) in first.enumerated() {
            var next = [i + 1]
            for (j, other) in second.enumerated() {
                var best = min(row[j] + (one == other ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, one == second[j - 1], first[i - 1] == other { best = min(best, before[j - 1] + 1) }
                next.append(best)
            }
            (before, row) = (row, next)
        }
        return row[second.count]
    }
}
