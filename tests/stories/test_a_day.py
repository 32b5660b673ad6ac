"""A day with each of the five kinds of question, from the post to the answer."""

from inline_snapshot import snapshot

from tests.conftest import Opened
from tests.doubles.house import choice, explain, multi, numeric, short
from tests.doubles.person import ScribePerson


async def test_a_choice_is_one_click(opened: Opened) -> None:
    """A question comes at half past nine; one click answers it; six hours later all is told."""
    house = await opened(choice())
    ada = ScribePerson(house, "ada")

    await house.go("2026-11-23 09:30")
    assert ada.channel() == snapshot("""\
# Question 1 · Optimisation · beginner
A network starts with all weights at zero. What happens?
A  It trains slowly
B  The units of a layer stay alike
C  The loss is not a number
D  It overfits at once
[A] [B] [C] [D] [Hint] [Show me now]
(No answers yet · reveal today 15:30 · your answer stays private)\
""")
    assert ada.thread() == snapshot(
        "This thread is for arguing about question 1. Commit to an answer first; it stays private. The answer will be posted here."
    )

    await ada.clicks("B")
    assert ada.sees() == snapshot("""\
Recorded: B. You can change it until 15:30. How sure are you?
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Sure] [Think so] [Guess] [Show me now] [Yes] [No, keep me off]\
""")
    await ada.clicks("Sure")
    assert ada.sees() == snapshot("""\
Noted: sure. The answer comes today 15:30.
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Show me now] [Yes] [No, keep me off]\
""")

    await house.go("15:30")
    assert ada.channel() == snapshot("""\
# Question 1 · Optimisation · beginner
A network starts with all weights at zero. What happens?
A  It trains slowly
B  The units of a layer stay alike
C  The loss is not a number
D  It overfits at once
[See the answer]
(The answer is in the thread · 1 answered)

The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")
    assert ada.thread() == snapshot("""\
This thread is for arguing about question 1. Commit to an answer first; it stays private. The answer will be posted here.

# The answer to question 1
B. Every unit of a layer gets the same gradient, so they stay alike.

Not A: It never gets going.

Not C: Nothing overflows.

Not D: It cannot even fit.
1 answered.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
An interviewer would go on: Do biases need random values too?
[My result] [Review later] [Report a mistake]\
""")

    await ada.clicks("My result")
    assert ada.sees() == snapshot("""\
Question 1: your answer B is right. You were sure.
[Report a mistake]\
""")


async def test_several_may_be_right(opened: Opened) -> None:
    """A ``multi`` opens a private form; the result names what was missed and what was too much."""
    house = await opened(multi())
    ada = ScribePerson(house, "ada")

    await house.go("2026-11-23 09:30")
    assert ada.channel() == snapshot("""\
# Question 1 · Regularisation · beginner
Which of these reduce overfitting?
Several may be right; choose all that are.
A  Dropout
B  A larger network
C  More data
[Answer…] [Show me now]
(No answers yet · reveal today 15:30 · your answer stays private)\
""")

    await ada.clicks("Answer…")
    await ada.fills({"answer": ["a", "b"], "sure": "guess"})
    assert ada.sees() == snapshot("""\
# Your answer
All that are right: A  Dropout, B  A larger network, C  More data
How sure are you?: Sure, Think so, Guess
[Send]

Recorded: A and B. You can change it until 15:30. You said: guess.
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Show me now] [Yes] [No, keep me off]\
""")

    await house.go("15:30")
    assert ada.thread() == snapshot("""\
This thread is for arguing about question 1. Commit to an answer first; it stays private. The answer will be posted here.

# The answer to question 1
A and C. Dropout and more data both do.

Not B: It fits noise more easily.
1 answered.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
An interviewer would go on: Do biases need random values too?
[My result] [Review later] [Report a mistake]\
""")
    await ada.clicks("My result")
    assert ada.sees() == snapshot("""\
Question 1: your answer A and B is not right. You guessed.
You missed C. B is wrong.
The answer is A and C.
[Report a mistake]\
""")


async def test_a_number_is_taken_in_any_listed_unit(opened: Opened) -> None:
    """A ``numeric`` takes a number with or without a unit, and asks back what it cannot read."""
    house = await opened(numeric())
    ada, ben = ScribePerson(house, "ada"), ScribePerson(house, "ben")

    await house.go("2026-11-23 09:30")
    assert ada.channel() == snapshot("""\
# Question 1 · Convolution · beginner
How large is a 128 by 98 map of 4-byte numbers, in KiB?
Answer with a number in KiB.
[Answer…] [Hint] [Show me now]
(No answers yet · reveal today 15:30 · your answer stays private)\
""")

    await ada.clicks("Answer…")
    await ada.fills({"answer": "0.0479 MiB", "sure": "think so"})
    assert ada.sees() == snapshot("""\
# Your answer
Answer with a number in KiB
How sure are you?: Sure, Think so, Guess
[Send]

Recorded: your answer. You can change it until 15:30. You said: think so.
| 0.0479 MiB
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Show me now] [Yes] [No, keep me off]\
""")
    await ben.says("0,5")
    await ben.says("49 kilos")
    await ben.says("1/2")
    assert ben.sees() == snapshot("""\
Is that a decimal comma in 0,5? Write 0.5 for a half, 1,000 for a thousand. Nothing was recorded.

I do not know the unit kilos here. Use KiB or MiB. Nothing was recorded.

Recorded: your answer. You can change it until 15:30. How sure are you?
| 1/2
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Sure] [Think so] [Guess] [Show me now] [Yes] [No, keep me off]\
""")

    await house.go("15:30")
    assert ada.thread() == snapshot("""\
This thread is for arguing about question 1. Commit to an answer first; it stays private. The answer will be posted here.

# The answer to question 1
49 KiB. 128 · 98 · 4 bytes are 49 KiB.
2 answered.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
An interviewer would go on: Do biases need random values too?
[My result] [Review later] [Report a mistake]\
""")
    await ada.clicks("My result")
    await ben.clicks("My result")
    assert ada.sees() == snapshot("""\
Question 1: your answer is right. You thought so.
| 0.0479 MiB
[Report a mistake]\
""")
    assert ben.sees() == snapshot("""\
Question 1: your answer is not right.
| 1/2
The answer is 49 KiB.
[Report a mistake]\
""")


async def test_a_term_is_compared_with_the_accepted_ones(opened: Opened) -> None:
    """A ``short`` answer counts when its wording is one of the accepted ones."""
    house = await opened(short())
    ada, ben = ScribePerson(house, "ada"), ScribePerson(house, "ben")

    await house.go("2026-11-23 09:30")
    assert ada.channel() == snapshot("""\
# Question 1 · Transformers · beginner
Which normalisation do transformers use?
Answer with a term or a short phrase.
[Answer…] [Hint] [Show me now]
(No answers yet · reveal today 15:30 · your answer stays private)\
""")

    await ada.clicks("Answer…")
    await ada.fills({"answer": "Layer-Normalization"})
    assert ada.sees() == snapshot("""\
# Your answer
A term or a short phrase
How sure are you?: Sure, Think so, Guess
[Send]

Recorded: your answer. You can change it until 15:30. How sure are you?
| Layer-Normalization
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Sure] [Think so] [Guess] [Show me now] [Yes] [No, keep me off]\
""")
    await ben.says("batch norm")

    await house.go("15:30")
    assert ada.thread() == snapshot("""\
This thread is for arguing about question 1. Commit to an answer first; it stays private. The answer will be posted here.

# The answer to question 1
Layer normalisation. Layer normalisation works on each token alone.
2 answered.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
An interviewer would go on: Do biases need random values too?
[My result] [Review later] [Report a mistake]\
""")
    await ada.clicks("My result")
    assert ada.sees() == snapshot("""\
Question 1: your answer is right.
| Layer-Normalization
[Report a mistake]\
""")


async def test_an_explanation_is_judged_by_the_one_who_gave_it(opened: Opened) -> None:
    """An ``open`` answer stays private; after the reveal the member ticks the points they made."""
    house = await opened(explain())
    ada, ben = ScribePerson(house, "ada"), ScribePerson(house, "ben")

    await house.go("2026-11-23 09:30")
    assert ada.channel() == snapshot("""\
# Question 1 · Transformers · beginner
Why are attention scores divided by the root of d?
Explain it in a few sentences, as you would in an interview.
[Answer…] [Thought it through] [Hint] [Show me now]
(No answers yet · reveal today 15:30 · your answer stays private)\
""")

    await ada.clicks("Answer…")
    await ada.fills({"answer": "The variance grows with d,\nso softmax saturates.", "sure": "sure"})
    assert ada.sees() == snapshot("""\
# Your answer
Your explanation
How sure are you?: Sure, Think so, Guess
[Send]

Recorded: your answer. You can change it until 15:30. You said: sure.
| The variance grows with d,
| so softmax saturates.
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Show me now] [Yes] [No, keep me off]\
""")
    await ben.clicks("Thought it through")
    await ben.fills({"sure": "guess"})
    assert ben.sees() == snapshot("""\
# Thought it through
How sure are you?: Sure, Think so, Guess
[Record it]

Recorded: thought through. You can change it until 15:30. You said: guess.
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Show me now] [Yes] [No, keep me off]\
""")

    await house.go("15:30")
    assert ada.channel() == snapshot("""\
# Question 1 · Transformers · beginner
Why are attention scores divided by the root of d?
[See the answer]
(The answer is in the thread · 2 answered)

The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")
    assert ada.thread() == snapshot("""\
This thread is for arguing about question 1. Commit to an answer first; it stays private. The answer will be posted here.

# The answer to question 1
One good answer: Scores of independent parts have variance d, and softmax saturates.

Did you say:

1. the variance grows with d
2. softmax saturates
3. gradients vanish
2 answered. Tick what you made; only you see it.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
An interviewer would go on: Do biases need random values too?
[Tick my points] [My result] [Review later] [Report a mistake]\
""")

    await ada.clicks("My result")
    assert ada.sees() == snapshot("""\
You answered question 1. You were sure.
| The variance grows with d,
| so softmax saturates.
Tick the points you made:

1. the variance grows with d
2. softmax saturates
3. gradients vanish
[Tick my points] [Report a mistake]\
""")
    await ada.clicks("Tick my points")
    await ada.fills({"points": ["1", "2"]})
    assert ada.sees() == snapshot("""\
# Your points
What did you say?: 1  the variance grows with d, 2  softmax saturates, 3  gradients vanish
[Record it]

Noted: 2 of 3 points, right. Only you see it.\
""")
    await ada.commands("result")
    assert ada.sees() == snapshot("""\
You answered question 1. You were sure.
| The variance grows with d,
| so softmax saturates.
You made 2 of 3 points: right.

1. the variance grows with d
2. softmax saturates
3. gradients vanish
[Tick my points] [Report a mistake]\
""")
