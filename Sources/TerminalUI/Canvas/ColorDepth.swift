/// How many colours a terminal shows.
public enum ColorDepth: String, Hashable, Sendable, CaseIterable, Comparable {
  /// None: monochrome terminals, and users who set `NO_COLOR`. Bold, reverse and the like remain.
  case none
  /// The sixteen of ECMA-48 and aixterm, whose shades the user chooses.
  case sixteen = "16"
  /// xterm's 256: those sixteen, a 6 x 6 x 6 cube and 24 greys.
  case indexed = "256"
  /// Any colour, in 8 bits each of red, green and blue.
  case trueColor = "truecolor"

  /// The depth of a terminal that has so many colours by its terminfo entry. The first sixteen stand in for eight.
  public init(colorCount: Int) {
    self =
      switch colorCount {
      case ..<8: .none
      case ..<256: .sixteen
      case ..<(1 << 24): .indexed
      default: .trueColor
      }
  }

  /// Whether `left` has fewer colours than `right`.
  public static func < (left: ColorDepth, right: ColorDepth) -> Bool { left.order < right.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Color {
  /// The nearest entry of a terminal's palette: by hue among 0...15 at ``ColorDepth/sixteen``, by squared distance in sRGB
  /// among 16...255 at ``ColorDepth/indexed`` (whose first sixteen are the user's and may be anything), 0xRRGGBB itself at
  /// ``ColorDepth/trueColor``; nil for the terminal's own colour and at ``ColorDepth/none``.
  ///
  /// The values of cube and greys are those of xterm's `256colres.h`.
  ///
  /// - Complexity: O(1).
  public func paletteIndex(in depth: ColorDepth) -> Int? {
    guard case .rgb(let red, let green, let blue) = self else { return nil }
    let color = (Int(red), Int(green), Int(blue))
    switch depth {
    case .none: return nil
    case .sixteen: return nearestOf16(to: color)
    case .indexed: return nearestOf240(to: color)
    case .trueColor: return color.0 << 16 | color.1 << 8 | color.2
    }
  }
}

private typealias Components = (Int, Int, Int)

private let cubeLevels = [0, 95, 135, 175, 215, 255]

private func distance(_ left: Components, _ right: Components) -> Int {
  let (red, green, blue) = (left.0 - right.0, left.1 - right.1, left.2 - right.2)
  return red * red + green * green + blue * blue
}

/// By hue rather than by distance, which would turn most muted colours into the same grey: the parts of the colour above
/// the middle of its strongest and weakest say which of the eight it is, and its strongest whether it is a bright one.
private func nearestOf16(to color: Components) -> Int {
  let strongest = max(color.0, color.1, color.2)
  let weakest = min(color.0, color.1, color.2)
  guard strongest - weakest >= 40 else {
    // Black, dark grey, light grey, white.
    return [0, 8, 7, 15][(color.0 + color.1 + color.2) / 3 / 64]
  }
  let middle = (strongest + weakest) / 2
  let hue = (color.0 > middle ? 1 : 0) + (color.1 > middle ? 2 : 0) + (color.2 > middle ? 4 : 0)
  return hue + (strongest >= 192 ? 8 : 0)
}

private func nearestOf240(to color: Components) -> Int {
  func cubeIndex(_ value: Int) -> Int { value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40 }
  let (red, green, blue) = (cubeIndex(color.0), cubeIndex(color.1), cubeIndex(color.2))
  let cube = (cubeLevels[red], cubeLevels[green], cubeLevels[blue])
  let mean = (color.0 + color.1 + color.2) / 3
  let greyIndex = min(max((mean - 3) / 10, 0), 23)
  let grey = 8 + 10 * greyIndex
  return distance(color, (grey, grey, grey)) < distance(color, cube)
    ? 232 + greyIndex : 16 + 36 * red + 6 * green + blue
}
