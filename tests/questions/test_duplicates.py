"""Which questions ask the same, and what becomes of two that do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.model import QuestionId
from questions import merging
from questions.duplicates import AnswerIndex, Asked, Pair, Relation, duplicates
from questions.files import read_bank
from questions.importing import importer
from questions.importing.importer import Wanted
from questions.merging import Decision, Keep


def pairs(*questions: str) -> list[Pair]:
    """Return what is found among some questions."""
    return duplicates([Asked(str(place), text) for place, text in enumerate(questions)])


def relation(one: str, two: str) -> Relation | None:
    """Return how two questions are related."""
    found = pairs(one, two)
    return found[0].relation if found else None


@pytest.mark.parametrize(
    "one, two",
    [
        ("What is dropout?", "what is  Dropout"),
        ("**Why** does `Adam` correct its averages?", "Why does Adam correct its averages"),
    ],
)
def test_the_same_words_are_identical(one: str, two: str) -> None:
    assert relation(one, two) is Relation.IDENTICAL


@pytest.mark.parametrize(
    "one, two",
    [
        ("What is dropout?", "What do you mean by dropout in deep learning?"),
        ("What is batch normalisation?", "Explain batch normalization."),
        ("What are convolutional neural networks (CNNs)?", "What is a CNN?"),
        ("How does batch norm differ from layer norm?", "What is the difference between batch norm and layer norm?"),  # noqa: E501
        ("How to fix vanishing gradients?", "How can the vanishing gradient problem be solved?"),
        ("What is backpropagation?", "What is backpropagtion?"),
        ("What are the types of activation functions?", "What are the different kinds of activation functions?"),  # noqa: E501
    ],
)  # fmt: skip
def test_the_same_question_in_other_words(one: str, two: str) -> None:
    assert relation(one, two) is Relation.SAME


@pytest.mark.parametrize(
    "one, two",
    [
        ("What are the types of activation functions?", "What are the types of neural networks?"),
        ("What is L1 regularisation?", "What is L2 regularisation?"),
        ("Why does Adam correct its averages?", "Why does AdamW correct its averages?"),
        ("What is overfitting?", "What is underfitting?"),
        ("What is a convolution?", "What is a deconvolution?"),
        ("What is supervised learning?", "What is unsupervised learning?"),
        ("Why does the loss increase?", "Why does the loss decrease?"),
        ("What are the advantages of transformers?", "What are the limitations of transformers?"),
        ("What is dropout?", "How does dropout work?"),
        ("What is dropout?", "What is dropout and how does it work?"),
        ("How does dropout work?", "What is dropout and how does it work?"),
        ("What is overfitting?", "What is overfitting and how is it avoided?"),
        ("How do you go from classification to regression?", "How do you go from regression to classification?"),  # noqa: E501
        ("What is max pooling?", "What is average pooling?"),
        ("What is an encoder?", "What is a decoder?"),
        ("What is a neural network?", "What is a graph?"),
    ],
)  # fmt: skip
def test_near_identical_wordings_about_different_things_are_not_the_same(
    one: str, two: str
) -> None:
    assert relation(one, two) in {None, Relation.RELATED}


ANOTHER_SUBJECT = """
What are Convolutional Neural Networks (CNNs)? | What do you mean by convolution?
What is a recurrent network? | What is recurrence?
What is a graph network? | What is a graph?
What is a graph neural network? | What is a graph?
What is a residual network? | What is a residual?
What is a transformer? | What is a transformer encoder?
What is batch norm? | What is batch size?
What is batch size? | How many batches are there?
What is kernel size? | What is the number of kernels?
What is data parallelism? | What is model parallelism?
What is data drift? | What is concept drift?
What is time complexity? | What is model complexity?
What is transfer learning? | What is transfer?
What is metric learning? | What is a metric?
What is representation learning? | What is a representation?
What is a reward model? | What is a reward?
What is a training loss? | What is a loss?
What is a language model? | What is language?
What is instance segmentation? | Give an example of segmentation.
What is instance normalization? | What is normalization?
Which of these is an activation function? | Which of these is not an activation function?
Why should you normalise inputs? | Why shouldn't you normalise inputs?
What is deep learning? | What is machine learning?
What is a neural network? | What is a deep neural network?
What is a capsule network? | What is a capsule?
What is a memory cell? | What is memory?
What is a regularizer? | What is a regularized loss?
What is a validation dataset? | What is validation?
What is a convolutional layer? | What is a convolution?
What is a variational autoencoder? | What is an autoencoder?
What is attention? | What is self-attention?
What is an embedding? | What is a word embedding?
What is learning rate decay? | What is weight decay?
What is a policy network? | What is a policy?
What is a value network? | What is a policy network?
What is gradient descent? | What is a gradient?
What is a GAN? | What is an adversarial example?
What is a diffusion model? | What is a generative model?
What is a model? | What is an algorithm?
What is training? | What is learning?
What is layer norm? | What is a layer?
What is max pooling? | What is pooling?
What is cross-entropy? | What is entropy?
What is a state space model? | What is a state space?
What is a loss function? | What is a loss landscape?
What are the types of neural networks? | What are the types of models?
"""
"""Two questions a line. A word that is too general to count by itself can still name a thing."""
REWORDED = """
What is a transformer? | What is a transformer model?
What is a transformer network? | Explain the transformer.
What is an LSTM? | What is a Long Short-Term Memory (LSTM) network?
What is an LSTM network? | What is an LSTM?
What is a recurrent neural network? | What are RNNs?
What is a recurrent network? | What do you mean by recurrent neural networks?
What are convolutional neural networks (CNNs)? | What is a convolutional network?
What is a CNN? | What is a CNN model?
What is a net? | Define a neural network.
What is an ANN? | What is an artificial neural network?
What is a neural network? | What is an artificial neural network?
What is attention? | What is the attention mechanism?
What is dropout? | Explain the concept of dropout.
What is dropout? | What is dropout in deep learning?
What is the dropout technique? | What do you mean by dropout in neural networks?
Explain the concept of deep learning. | What is deep learning?
What is Adam? | What is the Adam algorithm?
How do you deploy models? | How do you deploy a model?
Why do models overfit? | Why do neural networks overfit?
What are the different types of neural networks? | What are the types of neural networks?
What is a GAN? | What is a generative adversarial network?
What is GRU? | What are gated recurrent units?
What is a residual network? | What are residual networks?
What is a graph neural network? | What is a graph network?
What is transfer learning? | Define transfer learning in deep learning.
What is overfitting? | What is overfitting in machine learning models?
What is backpropagation? | What is the backpropagation algorithm?
What is overfitting? | What is overfiting?
What is a convolutional network? | What is a convolutinal network?
What is meant by batch size? | Define batch size.
What is the vanishing gradient problem? | What are vanishing gradients?
What is machine learning? | What is ML?
How many parameters does a dense layer have? | What is the number of parameters of a dense layer?
What is an autoencoder? | What is an autoencoder network?
Why can't a perceptron learn XOR? | Why can a perceptron not learn XOR?
How does a diffusion model work? | How do diffusion models work?
What is data augmentation? | What do you understand by data augmentation?
"""


def table(text: str) -> list[list[str]]:
    """Return the pairs of a table."""
    return [line.split(" | ") for line in text.strip().split("\n")]


@pytest.mark.parametrize("one, two", table(ANOTHER_SUBJECT))
def test_names_that_share_their_words_are_of_different_things(one: str, two: str) -> None:
    assert relation(one, two) in {None, Relation.RELATED}
    assert relation(two, one) in {None, Relation.RELATED}


@pytest.mark.parametrize("one, two", table(REWORDED))
def test_general_words_around_a_name_make_no_other_question(one: str, two: str) -> None:
    assert relation(one, two) is Relation.SAME
    assert relation(two, one) is Relation.SAME


def test_the_same_prompt_with_other_options_is_another_question() -> None:
    prompt = "Which of these is true of batch norm?"
    one = Asked("a", prompt, frozenset({"it shifts"}))
    two = Asked("b", prompt, frozenset({"it scales"}))

    [pair] = duplicates([one, two])

    assert (pair.relation, pair.reason) == (Relation.RELATED, "the same words, but other options")


def test_a_pair_says_how_sure_it_is_and_why() -> None:
    [pair] = pairs("What is dropout?", "Define dropout.")

    assert (pair.a, pair.b) == ("0", "1")
    assert 0.85 <= pair.score < 1
    assert pair.reason == "both ask the same of dropout"


def test_questions_are_compared_with_others_but_those_not_with_each_other() -> None:
    bank = [Asked("x", "What is dropout?"), Asked("y", "Define dropout.")]

    found = duplicates([Asked("new", "Explain dropout.")], bank)

    assert {(pair.a, pair.b) for pair in found} == {("new", "x"), ("new", "y")}


def test_nothing_in_the_shipped_bank_asks_the_same() -> None:
    assert merging.similar(read_bank(trusted=True)) == []


def test_an_answer_mostly_finds_its_question() -> None:
    bank = read_bank(trusted=True).questions
    index = AnswerIndex(bank)

    hits = sum(index.best(question.answer) == question.id for question in bank)

    assert hits / len(bank) > 0.7
    assert index.best("zzz") == ""


# Two become one -----------------------------------------------------------------------------------


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A bank with two imported questions that ask the same."""
    document = tmp_path / "d.md"
    document.write_text(
        "## 1. What is dropout?\n\n## 2. Define dropout.\n\nLeaving units out.\n\n"
        "**Hint:** think of holes\n"
    )
    folder = tmp_path / "bank"
    importer.run(Wanted([document], folder), read_bank([folder], shipped=False))
    return folder


def decide(bank: Path, keep: Keep) -> list[str]:
    """Carry out a decision about the two, and return what was said."""
    decision = Decision("imported/what-is-dropout", "imported/define-dropout", keep)
    return list(merging.carry_out([decision], read_bank([bank], shipped=False)))


def test_two_are_merged_and_stay_one(bank: Path) -> None:
    said = decide(bank, Keep.MERGE)

    library = read_bank([bank], shipped=False)
    [question] = library.questions
    [done] = said
    assert done.startswith("imported/what-is-dropout stays with what only the other had;")
    assert done.endswith("imported/define-dropout is gone.")
    assert (question.id, question.status) == ("imported/what-is-dropout", "draft")
    assert question.answer == "Leaving units out."
    assert question.hints == ("think of holes",)
    assert library.find("imported/define-dropout") == question

    again = importer.run(Wanted([bank.parent / "d.md"], bank), library)

    assert again.written == 0
    assert len(read_bank([bank], shipped=False).entries) == 1


def test_one_of_two_is_kept(bank: Path) -> None:
    decide(bank, Keep.B)

    [question] = read_bank([bank], shipped=False).questions
    assert question.id == "imported/define-dropout"
    assert question.was == (QuestionId("imported/what-is-dropout"),)


def test_a_question_that_is_not_there_stops_every_decision(bank: Path) -> None:
    library = read_bank([bank], shipped=False)
    decisions = [
        Decision("imported/what-is-dropout", "imported/define-dropout", Keep.A),
        Decision("imported/what-is-dropout", "imported/nothing", Keep.A),
    ]

    with pytest.raises(UsageError, match="no question 'imported/nothing'"):
        list(merging.carry_out(decisions, library))
    assert len(read_bank([bank], shipped=False).entries) == 2


def test_a_shipped_question_is_never_removed(bank: Path) -> None:
    library = read_bank([bank], trusted=True)
    before = sorted(bank.rglob("*"))
    decisions = [
        Decision("imported/what-is-dropout", "imported/define-dropout", Keep.A),
        Decision("imported/what-is-dropout", "vision/overlapping-boxes", Keep.A),
    ]

    with pytest.raises(
        UsageError, match="comes with the program and cannot be removed, so nothing"
    ):
        list(merging.carry_out(decisions, library))
    assert sorted(bank.rglob("*")) == before


@pytest.mark.parametrize("text", ["{", '[{"a": "x"}]', '[{"a": "x", "b": "y", "keep": "both"}]'])
def test_decisions_that_cannot_be_read_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "d.json"
    path.write_text(text)

    with pytest.raises(UsageError, match="this is no list of decisions"):
        merging.read_decisions(path)
