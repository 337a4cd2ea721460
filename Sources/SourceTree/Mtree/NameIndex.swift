/// Finds entries by folder and name: a hash table of entry numbers alone, for lists of which each
/// entry counts. The names stay where they are.
struct NameIndex {
    /// An entry's number and one more; 0 is an empty place.
    private var places = [UInt32](repeating: 0, count: 64)
    private var count = 0

    /// The entry that `matches`, of those whose key had this hash.
    func find(_ hash: Int, _ matches: (_ entry: Int) -> Bool) -> Int? {
        var place = first(hash)
        while places[place] != 0 {
            let entry = Int(places[place]) - 1
            if matches(entry) { return entry }
            place = next(place)
        }
        return nil
    }

    /// Adds an entry that is not there. `hashOf` is asked about the earlier ones when the table grows.
    mutating func insert(_ entry: Int, _ hash: Int, hashOf: (_ entry: Int) -> Int) {
        count += 1
        if count > places.count / 4 * 3 {
            let old = places
            places = [UInt32](repeating: 0, count: old.count * 2)
            for place in old where place != 0 { put(place, hashOf(Int(place) - 1)) }
        }
        put(UInt32(entry + 1), hash)
    }

    private mutating func put(_ value: UInt32, _ hash: Int) {
        var place = first(hash)
        while places[place] != 0 { place = next(place) }
        places[place] = value
    }

    private func first(_ hash: Int) -> Int { hash & (places.count - 1) }
    private func next(_ place: Int) -> Int { (place + 1) & (places.count - 1) }
}
