/// The sheaves of all caches: arrays of objects that CPUs allocate from and free to, kept in one table.
///
/// An object in a sheaf is the slab that it lies in, as everywhere in the model.
struct SheafStore {
  /// A sheaf: its objects are `count` of the entries from `first` on.
  private struct Sheaf: BitwiseCopyable {
    let first: Int32
    let capacity: Int32
    var count: Int32 = 0
    var next = SLUBModel.none
  }

  private var sheaves: [Sheaf] = []
  private var entries: [Int32] = []

  /// Makes an empty sheaf; returns its number.
  mutating func make(capacity: Int32) -> Int32 {
    sheaves.append(Sheaf(first: Int32(entries.count), capacity: capacity))
    entries.append(contentsOf: repeatElement(SLUBModel.none, count: Int(capacity)))
    return Int32(sheaves.count - 1)
  }

  /// Objects in a sheaf.
  @inline(__always)
  func count(_ sheaf: Int32) -> Int32 { sheaves[Int(sheaf)].count }

  /// Adds an object to a sheaf that is not full.
  @inline(__always)
  mutating func push(_ slab: Int32, to sheaf: Int32) {
    entries[Int(sheaves[Int(sheaf)].first &+ sheaves[Int(sheaf)].count)] = slab
    sheaves[Int(sheaf)].count &+= 1
  }

  /// Removes the object added last from a sheaf that is not empty.
  @inline(__always)
  mutating func pop(_ sheaf: Int32) -> Int32 {
    sheaves[Int(sheaf)].count &-= 1
    return entries[Int(sheaves[Int(sheaf)].first &+ sheaves[Int(sheaf)].count)]
  }

  /// Puts a sheaf first on a list, whose head is `list`.
  mutating func link(_ sheaf: Int32, to list: inout Int32) {
    sheaves[Int(sheaf)].next = list
    list = sheaf
  }

  /// Removes the first sheaf of a list that is not empty.
  mutating func unlinkFirst(of list: inout Int32) -> Int32 {
    let sheaf = list
    list = sheaves[Int(sheaf)].next
    sheaves[Int(sheaf)].next = SLUBModel.none
    return sheaf
  }

  /// The slabs of all objects in a sheaf.
  func objects(_ sheaf: Int32) -> ArraySlice<Int32> {
    let sheaf = sheaves[Int(sheaf)]
    return entries[Int(sheaf.first)..<Int(sheaf.first + sheaf.count)]
  }

  /// The sheaf that follows in a list, or `none`.
  func next(_ sheaf: Int32) -> Int32 { sheaves[Int(sheaf)].next }
}
