/** Letters that are taken for a Latin letter or digit at a glance (a choice of Unicode UTS #39, those that are registered). */
export const confusables: Readonly<Record<string, string>> = {
  // Cyrillic
  а: 'a', в: 'b', е: 'e', ё: 'e', һ: 'h', і: 'i', ї: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm', н: 'h', о: 'o', р: 'p', ԛ: 'q', с: 'c', ѕ: 's', т: 't', у: 'y', ү: 'y', ѵ: 'v', ԝ: 'w', х: 'x', ԁ: 'd', ғ: 'f', г: 'r', п: 'n', б: '6', з: '3', ч: '4', ь: 'b', щ: 'w', ш: 'w', и: 'u', л: 'n', д: 'a', я: 'r', э: '3',
  // Greek
  α: 'a', β: 'b', γ: 'y', δ: 'd', ε: 'e', η: 'n', ι: 'i', κ: 'k', λ: 'a', μ: 'u', ν: 'v', ο: 'o', ρ: 'p', σ: 'o', τ: 't', υ: 'u', χ: 'x', ω: 'w', ϲ: 'c', ϳ: 'j', ϵ: 'e',
  // Armenian, Hebrew, Georgian, Cherokee and others
  ա: 'w', ո: 'n', օ: 'o', ս: 'u', հ: 'h', ց: 'g', ք: 'f', զ: 'q', ⅼ: 'l', ⅰ: 'i', ⅴ: 'v', ⅹ: 'x', ⅽ: 'c', ⅾ: 'd', ⅿ: 'm',
  // Latin with a stroke, hook or without its dot; letters like others
  ı: 'i', ɩ: 'i', ɪ: 'i', ł: 'l', ƚ: 'l', ɫ: 'l', ⱡ: 'l', ø: 'o', ɵ: 'o', đ: 'd', ɗ: 'd', ħ: 'h', ɦ: 'h', ŧ: 't', ƭ: 't', ɓ: 'b', ƀ: 'b', ƈ: 'c', ɋ: 'q', ɡ: 'g', ɢ: 'g', ɑ: 'a', ɐ: 'a', ɛ: 'e', ə: 'e', ɴ: 'n', ŋ: 'n', ɲ: 'n', ɾ: 'r', ɼ: 'r', ʀ: 'r', ʂ: 's', ȿ: 's', ʋ: 'v', ʏ: 'y', ƴ: 'y', ʐ: 'z', ƶ: 'z', ɯ: 'm', ɱ: 'm', ʍ: 'w', ⱳ: 'w', þ: 'p', ß: 'b', æ: 'ae', œ: 'oe', ſ: 'f',
  // Digits and signs
  '0': 'o', '1': 'l', '3': 'e', '5': 's', '|': 'l', '!': 'i',
} // prettier-ignore

/** Pairs of letters that look like one. */
export const confusablePairs: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/cl/g, 'd'],
  [/nn/g, 'm'],
]
